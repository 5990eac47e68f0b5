import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Reserving an internal port")
struct PortTableTests {
  @Test("gives the lowest that nobody has")
  func lowest() async throws {
    try await withStore { store in
      let stack = StackDescriptor.sample(internalPorts: .from(15000, to: 15003))
      var given: [Int] = []
      for _ in 1...3 { given.append(try await store.reserve(stack)) }
      #expect(given == [15000, 15001, 15002])
    }
  }

  @Test("gives a port again when it was freed")
  func freed() async throws {
    try await withStore { store in
      let stack = StackDescriptor.sample(internalPorts: .from(15000, to: 15001))
      let plan = try await store.addRelease(.sample(stack: stack))
      _ = try await store.reservePort(for: plan.onlyWorkload, isFree: { _ in true })
      _ = try await store.reserve(stack)
      try await store.freePort(of: plan.onlyWorkload)
      try await #expect(store.reserve(stack) == 15000)
    }
  }

  @Test("freeing twice, and freeing what never was reserved, is no error")
  func freedTwice() async throws {
    try await withStore { store in
      for _ in 1...2 { try await store.freePort(of: ComponentPlan.sample(release: .v(7)).workload(1)) }
    }
  }

  @Test("skips a port on which another program listens, and says so")
  func foreign() async throws {
    try await withStore { store in
      let range = TestPorts.range(of: 2)
      let plan = try await store.addRelease(.sample(stack: .sample(internalPorts: range)))
      let listener = Listener(on: range.first)
      let reservation = try await store.reservePort(for: plan.onlyWorkload)
      withExtendedLifetime(listener) {}
      #expect(reservation == Store.Reservation(port: range.last, takenByOthers: [range.first]))
    }
  }

  @Test("notes the port with the release")
  func noted() async throws {
    try await withStore { store in
      let plan = try await store.addRelease(.sample())
      let port = try await store.reservePort(for: plan.onlyWorkload, isFree: { _ in true }).port
      try await #expect(store.releases(of: .blog).first?.release.port == port)
      try await store.freePort(of: plan.onlyWorkload)
      try await #expect(store.releases(of: .blog).first?.release.port == nil)
    }
  }

  @Test(
    "when none is left the error names the range, how many others have, and what to do",
    arguments: [
      (0, "all 3 internal ports of 'flask' (15000-15002) are in use"),
      (2, "all 3 internal ports of 'flask' (15000-15002) are in use; 2 of them by programs that are not ours"),
    ])
  func exhausted(foreign: Int, expected: String) async throws {
    try await withStore { store in
      let stack = StackDescriptor.sample("flask", internalPorts: .from(15000, to: 15002))
      for _ in 0..<(3 - foreign) { _ = try await store.reserve(stack) }
      let plan = try await store.addRelease(.sample(.shop, stack: stack))
      let error = await #expect(throws: OrchestratorError.self) {
        try await store.reservePort(for: plan.onlyWorkload, isFree: { _ in false })
      }
      #expect(error?.code == .portsExhausted)
      #expect(error?.message == expected)
      #expect(error?.hint == "destroy an app, or widen internalPorts in the stack's descriptor")
    }
  }
}

extension Store {
  /// Reserves a port for a new release, as if no other program listened anywhere.
  fileprivate func reserve(_ stack: StackDescriptor) async throws -> Int {
    let plan = try await addRelease(.sample(.shop, stack: stack))
    return Int(try await reservePort(for: plan.onlyWorkload, isFree: { _ in true }).port.number)
  }
}
