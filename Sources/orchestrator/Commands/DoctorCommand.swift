import ArgumentParser
import Orchestrator

struct DoctorCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look at everything that the apps stand on, and say what to do.",
    discussion: """
      Looks at Docker, nginx and its version, certificates in builds, disks, the clock, the state folder and its store, ports, what is \
      left over, and at each app from end to end. With --fix it does what 'reconcile' \
      does, and narrows permissions that are too wide. Ends with 6 if a problem is left.

      EXAMPLES
        orchestrator doctor
        orchestrator doctor --fix
        orchestrator doctor --json
      """)

  @Flag(help: "Do what 'reconcile' does, and narrow permissions that are too wide.")
  var fix = false

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let diagnosis = try await diagnosis()
    if global.json { console.json(Report(diagnosis)) } else { show(diagnosis, console) }
    if diagnosis.level == .problem { throw ExitCode(ExitStatus.needsAttention.rawValue) }
  }

  private struct Report: Encodable {
    let findings: [Finding]
    let fixed: [String]

    init(_ diagnosis: Diagnosis) { (findings, fixed) = (diagnosis.findings, diagnosis.fixed.map(\.text)) }
  }

  /// A state that cannot be opened is what the doctor is called for.
  private func diagnosis() async throws -> Diagnosis {
    let configuration = try await global.configuration()
    do {
      return await (try DeploymentEngine(configuration)).diagnose(fixing: fix)
    } catch {
      return Diagnosis(findings: [.problem("state folder", error)])
    }
  }

  private func show(_ diagnosis: Diagnosis, _ console: Console) {
    for notice in diagnosis.fixed { console.result("fixed    \(notice)") }
    let findings = diagnosis.findings.filter { !global.quiet || $0.level != .good }
    let width = (findings.map(\.subject.count).max() ?? 0) + 2
    let indent = String(repeating: " ", count: 9 + width)
    for finding in findings {
      let message = finding.message.split(separator: "\n").joined(separator: "\n" + indent)
      console.result(finding.level.mark.padded(to: 9) + finding.subject.padded(to: width) + message)
      if let remedy = finding.remedy { console.result("\(indent)-> \(remedy)") }
    }
    if findings.contains(where: \.isFixable) {
      console.progress("Some of this can be put in order: orchestrator doctor --fix")
    }
  }
}

extension Finding.Level {
  fileprivate var mark: String {
    switch self {
    case .good: "ok"
    case .notice: "notice"
    case .problem: "PROBLEM"
    }
  }
}
