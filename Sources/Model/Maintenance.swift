import Foundation

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

  /// How long a message can be, in characters.
  static let longestMessage = 500

  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  package static func checked(_ message: String?) throws -> String? {
    guard let message = message?.trimmingCharacters(in: .whitespaces).nonEmpty else { return nil }
    let isText = !message.unicodeScalars.contains { $0.isControl }
    guard isText, message.count <= longestMessage else {
      throw OrchestratorError(
        .invalidInput,
        isText
          ? "the message has \(message.count) characters, and \(longestMessage) are the most"
          : "the message holds a control character, such as the end of a line",
        hint: "clients see it on one page, as plain text")
    }
    return message
  }
}
