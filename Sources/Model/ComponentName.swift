/// The name of one component of an app, such as `backend`: one lower-case DNS label, unique in the app.
public struct ComponentName: TextValue, CodingKeyRepresentable {
  /// The label.
  public let description: String

  /// Accepts `text` as a name if it is one DNS label.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_name`.
  public init(_ text: String) throws {
    description = try DNSLabel.checked(text, as: "the name of a component", suchAs: "'backend'")
  }
}

/// How messages and names tell a component apart; an app whose stack is not made of components has one without a name.
extension ComponentName? {
  /// The component in the words of a sentence: `'shop'`, or `the backend of 'shop'`.
  package func title(in app: AppName) -> String {
    map { "the \($0) of \(app.description.quoted)" } ?? app.description.quoted
  }

  /// What the things of a release are told apart by: `v14`, or `v14.backend`. No name of a release or a component has a dot in it.
  package func version(of release: ReleaseNumber) -> String { map { "\(release).\($0)" } ?? release.description }

  /// How a variable of its stack is written after `--set`: `entry`, or `backend.entry`.
  package func setting(_ variable: String) -> String { map { "\($0).\(variable)" } ?? variable }
}
