import Foundation
import Orchestrator

/// Reading what follows an option.
enum OptionValue {
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  static func duration(_ text: String, such example: String) throws -> Duration {
    try Duration(parsing: text) ?? refuse(text, "a duration", example)
  }

  /// - Returns: bytes.
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  static func size(_ text: String, such example: String) throws -> Int {
    try ByteCount.parse(text) ?? refuse(text, "a size", example)
  }

  /// `NAME=VALUE` for the name of a variable of our own environment, where no other user of the machine reads it; any other text as it is.
  static func assignment(
    _ text: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    environment[text].map { "\(text)=\($0)" } ?? text
  }

  private static func refuse<Value>(_ text: String, _ expected: String, _ example: String) throws -> Value {
    throw OrchestratorError(.invalidInput, "\(text.quoted) is not \(expected)", hint: "such as \(example)")
  }
}
