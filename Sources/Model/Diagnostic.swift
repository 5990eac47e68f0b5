/// One mistake in a descriptor, at the place where it stands.
public struct Diagnostic: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The file, as the person named it.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, counted in Unicode scalars.
  public let column: Int
  /// One lower-case sentence.
  public let message: String

  package init(file: String, line: Int, column: Int, message: String) {
    (self.file, self.line, self.column) = (file, line, column)
    self.message = message
  }

  /// The diagnostic as compilers write it: `FILE:LINE:COLUMN: error: MESSAGE`.
  public var description: String { "\(file.printable):\(line):\(column): error: \(message)" }
}
