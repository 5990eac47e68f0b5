import Foundation
import Orchestrator

/// What a command says: results on stdout, progress and errors on stderr, all of it as JSON on stdout when asked for.
///
/// Much of it is strangers' words, those of apps, builds, and the authors of stacks: whatever goes through here does nothing to a terminal
/// but stand there.
struct Console: Sendable {
  /// What stands in front of a line, in a colour.
  struct Mark: Sendable {
    let text: String
    let colour: String

    static let error = Mark(text: "Error: ", colour: "31;1")
    static let attention = Mark(text: " !     ", colour: "33")
  }

  let wantsJSON: Bool
  let isQuiet: Bool
  let isVerbose: Bool
  let output = Terminal.standardOutput
  let errors = Terminal.standardError

  init(_ options: GlobalOptions) {
    (wantsJSON, isQuiet, isVerbose) = (options.json, options.quiet, options.verbose)
  }

  /// Prints what was asked for; tells whether it could be written.
  @discardableResult
  func result(_ text: String, after mark: Mark? = nil) -> Bool { output.print(line(text, after: mark)) }

  /// Prints a text that has its own ends of lines: as it is, but for a person at a terminal.
  func write(_ text: String) { output.write(output.isInteractive ? text.printableLines : text) }

  /// Prints what a person wants to see while waiting.
  func progress(_ text: String, after mark: Mark? = nil) {
    if !isQuiet && !wantsJSON { errors.print(line(text, after: mark)) }
  }

  /// Prints one object, laid out for reading.
  func json(_ value: some Encodable) { output.print(Self.encoded(value, pretty: true)) }

  /// Prints one object on one line; tells whether it could be written.
  @discardableResult
  func jsonLine(_ value: some Encodable) -> Bool { output.print(Self.encoded(value, pretty: false)) }

  /// Prints an error as a person or a program needs it.
  func show(_ error: OrchestratorError) {
    if wantsJSON, jsonLine(["error": ErrorObject(error)]) { return }
    let text = error.description.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
    errors.print(line(text, after: .error))
  }

  /// Says what the person should look at.
  func warn(_ text: String) { errors.print(line(text, after: .attention)) }

  /// Prints what was done, notes what was left to others, and warns of what could not be; or says `otherwise` that there was nothing to do.
  func show(done: [Notice], busy: [Notice], problems: [Notice], otherwise: String) {
    for notice in done { result(notice.text) }
    for notice in busy { progress(notice.text) }
    for notice in problems { warn(notice.text) }
    if done.isEmpty && busy.isEmpty && problems.isEmpty { progress(otherwise) }
  }

  /// Warns of stacks that could not be loaded.
  func warn(of diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { errors.print(line(diagnostic.description)) }
    if !diagnostics.isEmpty { errors.print("warning: the stacks with these mistakes are left out; all others work") }
  }

  private func line(_ text: String, after mark: Mark? = nil) -> String {
    guard let mark else { return text.printableLines }
    return (errors.hasColours ? "\u{1B}[\(mark.colour)m\(mark.text)\u{1B}[0m" : mark.text) + text.printableLines
  }

  private static func encoded(_ value: some Encodable, pretty: Bool) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self).printableJSON } ?? "{}"
  }
}

extension Console {
  /// Makes sure that what the command had to say was written.
  ///
  /// - Throws: ``OrchestratorError`` with the code `output_unwritable`.
  func checkWritten() throws {
    guard let failure = output.failure else { return }
    throw OrchestratorError(
      .outputUnwritable, "the result could not be written to stdout: \(failure)",
      hint: "what the command did is done all the same; ask for it again where there is room")
  }
}

extension String {
  /// JSON in which everything that is unprintable is escaped (RFC 8259, 7), as the encoder does with some of it.
  fileprivate var printableJSON: String {
    replacingUnprintable { scalar in
      scalar == "\n" ? "\n" : scalar.utf16.map { String(format: "\\u%04X", $0) }.joined()
    }
  }
}

/// An error as JSON output carries it.
struct ErrorObject: Encodable {
  let code: OrchestratorError.Code
  let message: String
  let hint: String?
  let rollback: OrchestratorError.Rollback?

  init(_ error: OrchestratorError) {
    (code, message, hint, rollback) = (error.code, error.message, error.hint, error.rollback)
  }
}
