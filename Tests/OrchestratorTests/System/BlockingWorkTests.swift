import Testing

@testable import OrchestratorSystem

@Suite("Work that keeps a thread waiting")
struct BlockingWorkTests {
  @Test("is done on threads that are there for that, also after a pause, and what comes after it is not")
  func threads() async throws {
    #expect(!BlockingExecutor.shared.isRunning)
    let inside = try await blocking {
      let before = BlockingExecutor.shared.isRunning
      await Task.yield()
      return before && BlockingExecutor.shared.isRunning
    }
    #expect(inside && !BlockingExecutor.shared.isRunning)
  }

  @Test("is part of its task: it sees that it is cancelled")
  func cancelled() async throws {
    let task = Task {
      try await blocking {
        while !Task.isCancelled { await Task.yield() }
        try Task.checkCancellation()
      }
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
