import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("A state file that several use at once")
struct ConcurrencyTests {
  @Test("no port is given twice")
  func ports() async throws {
    try await withTemporaryFolder { folder in
      let stores = try (1...4).map { _ in try Store(in: StateFolder(folder("home"))) }
      let stack = StackDescriptor.sample(internalPorts: .from(15000, to: 15119))
      let ports = try await withThrowingTaskGroup(of: TCPPort.self) { group in
        for number in 0..<120 {
          let store = stores[number % stores.count]
          group.addTask {
            let plan = try await store.addRelease(.sample(sure(try AppName("app-\(number)")), stack: stack))
            return try await store.reservePort(for: plan.onlyWorkload, isFree: { _ in true }).port
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(ports.sorted() == Array(stack.internalPorts.ports))
    }
  }

  @Test("no release number is given twice")
  func numbers() async throws {
    try await withTemporaryFolder { folder in
      let stores = try (1...3).map { _ in try Store(in: StateFolder(folder("home"))) }
      let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<30 {
          group.addTask { try await stores[number % 3].addRelease(.sample()).release.value }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(numbers.sorted() == Array(1...30))
    }
  }

  @Test("one of many takes a lease")
  func leases() async throws {
    try await withTemporaryFolder { folder in
      let stores = try (1...3).map { _ in try Store(in: StateFolder(folder("home"))) }
      let taken = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<12 {
          group.addTask { (try? await stores[number % 3].acquireLease(of: .blog, for: .deploy)) == .some(nil) }
        }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(taken == 1)
    }
  }

  @Test("a new one is opened by all who come at once")
  func opening() async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(folder("new/home"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 1...8 { group.addTask { _ = try Store(in: home) } }
        try await group.waitForAll()
      }
      try await #expect(Store(in: home).appNames().isEmpty)
    }
  }
}
