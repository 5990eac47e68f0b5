import Foundation
import Orchestrator

/// What a command says: results on stdout, progress and errors on stderr, all of it as JSON on stdout when asked for.
struct Console: Sendable {
  let wantsJSON: Bool
  let isQuiet: Bool
  let isVerbose: Bool
  let output = Terminal.standardOutput
  let errors = Terminal.standardError

  init(_ options: GlobalOptions) {
    (wantsJSON, isQuiet, isVerbose) = (options.json, options.quiet, options.verbose)
  }

  /// Prints what was asked for; tells whether anybody still reads.
  @discardableResult
  func result(_ text: String) -> Bool { output.print(text) }

  /// Prints a text that has its own ends of lines.
  func write(_ text: String) { output.write(text) }

  /// Prints what a person wants to see while waiting.
  func progress(_ text: String) {
    if !isQuiet && !wantsJSON { errors.print(text) }
  }

  /// Prints one object, laid out for reading.
  func json(_ value: some Encodable) { output.print(Self.encoded(value, pretty: true)) }

  /// Prints one object on one line; tells whether anybody still reads.
  @discardableResult
  func jsonLine(_ value: some Encodable) -> Bool { output.print(Self.encoded(value, pretty: false)) }

  /// Prints an error as a person or a program needs it.
  func show(_ error: OrchestratorError) {
    if wantsJSON { jsonLine(["error": ErrorObject(error)]) }
    let text = error.description.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ")
    if !wantsJSON { errors.print(coloured("Error: ", "31;1") + text) }
  }

  /// Says what the person should look at.
  func warn(_ text: String) { errors.print(coloured(" !     ", "33") + text) }

  /// Prints what was done, notes what was left to others, and warns of what could not be; or says `otherwise` that there was nothing to do.
  func show(done: [String], busy: [String], problems: [String], otherwise: String) {
    for sentence in done { result(sentence) }
    for sentence in busy { progress(sentence) }
    for sentence in problems { warn(sentence) }
    if done.isEmpty && busy.isEmpty && problems.isEmpty { progress(otherwise) }
  }

  /// Warns of stacks that could not be loaded.
  func warn(of diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { errors.print(diagnostic.description) }
    if !diagnostics.isEmpty { errors.print("warning: the stacks with these mistakes are left out; all others work") }
  }

  func coloured(_ text: String, _ code: String) -> String {
    errors.hasColours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private static func encoded(_ value: some Encodable, pretty: Bool) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
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
