/// An app whose clients are told to come back later, while it goes on running.
package struct Maintenance: Sendable, Equatable, Codable {
  package let app: AppName
  /// The host name that clients ask for.
  package let host: String
  /// What they are told beside that; nil when nothing of its own is said.
  package let message: String?

  package init(app: AppName, host: String, message: String?) {
    (self.app, self.host, self.message) = (app, host, message)
  }
}
