/// Where releases run.
public enum RuntimeName: String, Sendable, Codable, CaseIterable {
  /// In containers of a Docker Engine.
  case docker
  /// As supervised processes of this machine.
  case process

  /// What `text` chooses: a runtime, or nil for `auto`, which leaves the choice to the machine.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  public static func choice(_ text: String) throws -> RuntimeName? {
    if text == "auto" { return nil }
    if let runtime = RuntimeName(rawValue: text) { return runtime }
    let choices = ["auto"] + allCases.map(\.rawValue)
    let suggestion = choices.suggestion(for: text)
    throw OrchestratorError(
      .invalidInput, "there is no runtime \(text.quoted)\(suggestion)",
      hint: "choose \(choices.joined(separator: ", "))")
  }
}
