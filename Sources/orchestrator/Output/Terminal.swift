import Foundation
import Synchronization

/// A stream to a person or a program, written line by line so that nothing waits in a buffer when the program is killed.
final class Terminal: Sendable {
  static let standardOutput = Terminal(STDOUT_FILENO)
  static let standardError = Terminal(STDERR_FILENO)

  /// Whether a person reads along.
  let isInteractive: Bool
  /// Whether colours are wanted (no-color.org).
  let hasColours: Bool
  private let descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    let environment = ProcessInfo.processInfo.environment
    isInteractive = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
    hasColours = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Writes a line; tells whether anybody still reads.
  @discardableResult
  func print(_ line: String) -> Bool { write(line + "\n") }

  /// Writes text as it is; tells whether anybody still reads.
  @discardableResult
  func write(_ text: String) -> Bool {
    (try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: Data(text.utf8))) != nil
  }

  /// How many characters fit on a line.
  var width: Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}
