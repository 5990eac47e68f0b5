import OrchestratorModel

/// Something that was looked at, and what was found.
public struct Finding: Sendable, Equatable, Codable {
  /// How it is, from the best to the worst.
  public enum Level: String, Sendable, Codable, CaseIterable {
    /// As it should be.
    case good
    /// Something that a person should know.
    case notice
    /// Something that does not work, or soon will not.
    case problem
  }

  /// What was looked at, such as `docker`, or an app's name.
  public var subject: String
  /// How it is.
  public var level: Level
  /// What was found, in one sentence.
  public var message: String
  /// What the person can do about it.
  public var remedy: String?
  /// Whether ``DeploymentEngine/diagnose(fixing:)`` can mend it.
  public var isFixable = false

  static func good(_ subject: String, _ message: String) -> Finding {
    Finding(subject: subject, level: .good, message: message)
  }

  static func notice(_ subject: String, _ message: String, remedy: String?, isFixable: Bool = false) -> Finding {
    Finding(subject: subject, level: .notice, message: message, remedy: remedy, isFixable: isFixable)
  }

  static func problem(_ subject: String, _ message: String, remedy: String?, isFixable: Bool = false) -> Finding {
    Finding(subject: subject, level: .problem, message: message, remedy: remedy, isFixable: isFixable)
  }

  /// What an error says, as a finding.
  public static func problem(_ subject: String, _ error: any Error) -> Finding {
    let error = OrchestratorError.wrapping(error)
    return problem(subject, error.message, remedy: error.hint)
  }
}

/// What came of looking at everything.
public struct Diagnosis: Sendable, Equatable, Codable {
  /// What was found, machine first, apps last.
  public var findings: [Finding]
  /// What was put in order.
  public var fixed: [Notice] = []

  /// Makes a diagnosis.
  public init(findings: [Finding], fixed: [Notice] = []) { (self.findings, self.fixed) = (findings, fixed) }

  /// The worst level among the findings.
  public var level: Finding.Level {
    let found = Set(findings.map(\.level))
    return Finding.Level.allCases.last(where: found.contains) ?? .good
  }
}
