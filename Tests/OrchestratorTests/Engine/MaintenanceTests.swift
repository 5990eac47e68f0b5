import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("An app in maintenance")
struct MaintenanceTests {
  @Test("is said to be so, with its message, until it is taken out; a new release changes nothing about it")
  func told() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.engine.beginMaintenance(of: .blog, message: " Back at 14:00. ")
      #expect(try await world.engine.status(of: .blog).maintenance == "Back at 14:00.")
      try await world.deploy()
      #expect(try await world.engine.list().map(\.maintenance) == ["Back at 14:00."])
      try await world.engine.beginMaintenance(of: .blog)
      #expect(try await world.engine.status(of: .blog).maintenance?.isEmpty == true)
      try await world.engine.endMaintenance(of: .blog)
      #expect(try await world.engine.status(of: .blog).maintenance == nil)
    }
  }

  @Test("has a message of one line, and not too long", arguments: ["a\nb", String(repeating: "x", count: 501)])
  func wrongMessage(text: String) async throws {
    try await withWorld { world in
      try await world.deploy()
      let error = await #expect(throws: OrchestratorError.self) {
        try await world.engine.beginMaintenance(of: .blog, message: text)
      }
      #expect(error?.code == .invalidInput)
      #expect(try await world.engine.status(of: .blog).maintenance == nil)
    }
  }

  @Test("stays as it was when the proxy cannot be told")
  func proxyFails() async throws {
    try await withWorld { world in
      try await world.deploy()
      world.faults.plan(.failing, at: .running(.switchRoute))
      await #expect(throws: (any Error).self) { try await world.engine.beginMaintenance(of: .blog) }
      #expect(try await world.engine.status(of: .blog).maintenance == nil)
    }
  }

  @Test("is one that there is")
  func unknown() async throws {
    try await withWorld { world in
      let error = await #expect(throws: OrchestratorError.self) { try await world.engine.beginMaintenance(of: .blog) }
      #expect(error?.code == .notFound)
    }
  }
}
