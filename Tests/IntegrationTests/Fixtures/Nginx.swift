import Foundation
import Glibc
import Testing

@testable import Orchestrator

/// What a person can do to nginx behind our back, and see of it.
extension Installation {
  /// Ends nginx in a way that nobody starts it again.
  func stopNginx() async throws {
    let name = "\(namespace)-proxy"
    switch runtime {
    case .docker: try #require(try await Program.run("docker", ["stop", name]).status == 0)
    case .process:
      let process = process(name)
      try await killSupervisor(of: process)
      await ProcessMembers(leader: process.record()?.process, mark: process.mark).killAll()
    }
  }

  /// Has nginx read its files again without one app's fast lane, and waits until it has.
  func removeFastLane(of app: String) async throws {
    try FileManager.default.removeItem(atPath: "\(home)/proxy/current/apps/\(app).conf")
    let before = try await nginxWorkers()
    try await tellNginxToReload()
    try await eventually {
      let now = try await nginxWorkers()
      return !now.isEmpty && now.isDisjoint(with: before)
    }
  }

  /// The processes of nginx that take requests.
  private func nginxWorkers() async throws -> Set<Int> { NginxWorkers(of: try await nginxMaster()).active }

  private func nginxMaster() async throws -> Int {
    switch runtime {
    case .docker:
      let details = try await Program.run("docker", ["inspect", "--format", "{{.State.Pid}}", "\(namespace)-proxy"])
      return try #require(Int(details.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(details.all)")
    case .process: return try #require(process("\(namespace)-proxy").record()?.process).id
    }
  }

  /// Has nginx read its files again, as a person can who does not look first.
  func tellNginxToReload() async throws { kill(pid_t(try await nginxMaster()), SIGHUP) }

  /// Whether nginx has written these words into its log of errors.
  func nginxSaid(_ words: String) -> Bool {
    (try? String(contentsOfFile: home + "/proxy/logs/error.log", encoding: .utf8))?.contains(words) ?? false
  }
}
