import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Integration {
  @Suite("An app in maintenance")
  struct MaintenanceTests {
    let port = TestStacks.plainPort

    @Test(
      "tells its clients to come back later, as a page or as JSON, also while it is deployed",
      arguments: Lane.runtimes)
    func told(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("tended", "neighbour") {
        for name in ["tended", "neighbour"] { try await installation.deploy("plain", app, as: name) }
        let message = #"Back at <14:00>; "soon" $host"#
        let on = try await installation.orchestrator("maintenance", "on", "tended", "--message", message)
        #expect(on.status == 0, "\(on.all)")
        try await installation.expectMaintenance(of: "tended", saying: "Back at &lt;14:00&gt;; &quot;soon&quot; $host")
        let json = try await installation.get("tended", port: port, headers: ["Accept": "application/json"])
        #expect(try JSONDecoder().decode([String: String].self, from: json.body)["message"] == message)
        #expect(try await installation.page("neighbour", port: port) == "hello v1")
        try await installation.deploy("plain", app, as: "tended")
        try await installation.expectMaintenance(of: "tended", saying: "Back at")
        let list = try await installation.orchestrator("list")
        #expect(list.output.contains("running, in maintenance"), "\(list.all)")
        // Without its server block the routing table says the same.
        try await installation.removeServerBlock(of: "tended")
        try await installation.expectMaintenance(of: "tended", saying: "Back at")
        let off = try await installation.orchestrator("maintenance", "off", "tended")
        #expect(off.status == 0, "\(off.all)")
        #expect(try await installation.page("tended", port: port) == "hello v2")
      }
    }

    @Test(
      "that is being deployed for the first time says so, and is unknown again when that fails",
      arguments: Lane.runtimes)
    func firstDeployment(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      // Healthy for nobody: it is given up after the stack's 4 s.
      let late = try TestApp.answering(500)
      try await installation.using("neighbour", "late") {
        try await installation.deploy("plain", app, as: "neighbour")
        try await installation.expectPage(ofFirst: late, as: "late")
        #expect(try await installation.get("late", port: port).status == 404)
      }
    }

    @Test(
      "that is the first of all says so too, and nginx is gone again when that fails", arguments: Lane.runtimes)
    func veryFirstDeployment(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let late = try TestApp.answering(500)
      try await installation.using("late") {
        #expect(try await installation.orchestrator("proxy", "stop").status == 0)
        let before = try await installation.world()
        try await installation.expectPage(ofFirst: late, as: "late")
        #expect(try await installation.world() == before)
      }
    }
  }
}

extension Installation {
  /// Deploys an app for the first time that never gets healthy, and expects a page for its clients meanwhile.
  fileprivate func expectPage(ofFirst app: TestApp, as name: String) async throws {
    async let deployment = orchestrator(["deploy", "plain", app.folder, "--subdomain", name])
    try await eventually {
      // Where nginx does not run yet nobody answers.
      guard let answer = try? await get(name, port: TestStacks.plainPort), answer.status == 503 else { return false }
      #expect(answer.headers["retry-after"] == "10" && answer.text.contains("Almost there"))
      return true
    }
    #expect(try await deployment.status == 5)
  }

  fileprivate func expectMaintenance(of name: String, saying text: String) async throws {
    let answer = try await get(name, port: TestStacks.plainPort)
    #expect(answer.status == 503 && answer.headers["retry-after"] == "60")
    #expect(answer.text.contains("Down for maintenance") && answer.text.contains(text), "\(answer.text)")
  }
}
