import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("The identity of a process")
struct ProcessIdentityTests {
  private let us = ProcessIdentity.current

  @Test("is alive for this process")
  func alive() { #expect(us.isAlive && us.id > 0 && us.start > 0) }

  @Test("is not that of an earlier process with the same id")
  func reused() { #expect(!ProcessIdentity(id: us.id, start: us.start - 1).isAlive) }

  @Test("is dead when there is no such process")
  func gone() { #expect(!ProcessIdentity(id: 5_000_000, start: us.start).isAlive) }
}
