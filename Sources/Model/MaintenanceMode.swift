import Foundation

/// Whether an app's clients are told to come back later, and what they are told.
package enum MaintenanceMode: Sendable, Hashable {
  /// The app answers.
  case off
  /// Clients see a page that says to come back later, with a message of the app's own if there is one.
  case on(message: String?)

  /// How long a message can be, in characters.
  private static let longestMessage = 500

  /// The mode in which clients are told `message`, which is plain text.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  package init(checking message: String?) throws {
    guard let message = message?.trimmingCharacters(in: .whitespaces).nonEmpty else {
      self = .on(message: nil)
      return
    }
    let isText = !message.unicodeScalars.contains { $0.isControl }
    guard isText, message.count <= Self.longestMessage else {
      throw OrchestratorError(
        .invalidInput,
        isText
          ? "the message has \(message.count) characters, and \(Self.longestMessage) are the most"
          : "the message holds a control character, such as the end of a line",
        hint: "clients see it on one page, as plain text")
    }
    self = .on(message: message)
  }

  /// What is shown of it: nil when it is off, and empty when nothing of its own is said.
  package var shown: String? { if case .on(let message) = self { message ?? "" } else { nil } }
}
