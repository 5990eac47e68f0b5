package import OrchestratorModel
package import SystemPackage

/// A file or folder of a source that could not be copied.
package struct SourceFailure: Error {
  /// Where it is in the source; empty for the top.
  package let path: String
  /// What the system said.
  package let code: Errno

  /// Does `work` on the file at `path`, which a failure then names.
  package static func naming<Value>(_ path: String, _ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch let code as Errno { throw SourceFailure(path: path, code: code) }
  }
}

extension SourceFailure: ExplainableError {
  package var explained: OrchestratorError {
    let name = path.isEmpty ? "the source" : path.quoted
    switch code {
    case .noSpace, .diskQuotaExceeded: return .diskFull(while: "copying the source", self)
    // What was no link when it was looked at is one now.
    case .tooManySymbolicLinkLevels, .notDirectory:
      return OrchestratorError(
        .invalidInput, "\(name) became something else while the source was copied", hint: Self.hint, underlying: self)
    default:
      return OrchestratorError(
        .invalidInput, "the source cannot be copied: \(name): \(code.description)", hint: Self.hint, underlying: self)
    }
  }

  private static let hint = "check that every file can be read, and that nothing changes the folder meanwhile"
}
