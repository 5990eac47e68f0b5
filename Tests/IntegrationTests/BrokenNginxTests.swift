import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

extension Integration {
  @Suite("An nginx that cannot start")
  struct BrokenNginxTests {
    let port = TestStacks.plainPort

    @Test(
      "leaves the last good configuration and every workload, says why in its own words, and comes back once that is mended",
      arguments: Lane.runtimes)
    func cannotStart(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("kept") {
        try await installation.deploy("plain", app, as: "kept")
        try await installation.stopNginx()
        let (current, before) = (try installation.currentGeneration(), try await installation.workloads())
        // nginx opens its logs before anything else.
        let log = installation.home + "/proxy/logs/error.log"
        try FileManager.default.removeItem(atPath: log)
        try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: false)
        defer { rmdir(log) }
        for words in [["deploy", "plain", app.folder, "--subdomain", "kept"], ["reconcile"], ["proxy", "reload"]] {
          let run = try await installation.orchestrator(words)
          #expect(run.status != 0, "\(run.all)")
          #expect(run.all.contains("error.log\" failed (21: Is a directory)"), "\(run.all)")
          if words != ["reconcile"] { #expect(run.all.contains("orchestrator reconcile"), "\(run.all)") }
          #expect(try installation.currentGeneration() == current)
          #expect(try await installation.workloads() == before)
          #expect(try await installation.liveRelease(of: "kept") == ReleaseNumber("v1"))
        }
        try FileManager.default.removeItem(atPath: log)
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0, "\(run.all)")
        #expect(try await installation.page("kept", port: port) == "hello v1")
      }
    }
  }
}

extension Installation {
  /// Where the link to the configuration in force leads.
  fileprivate func currentGeneration() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: home + "/proxy/current")
  }
}
