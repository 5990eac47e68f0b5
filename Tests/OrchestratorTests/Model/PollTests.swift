import Testing

@testable import OrchestratorModel

@Suite("Asking again and again")
struct PollTests {
  @Test("ends as soon as the answer is yes, and is asked once where there is no time")
  func answered() async throws {
    var asked = 0
    let isTrue = try await poll(every: .milliseconds(1), atMost: .seconds(60)) {
      asked += 1
      return asked == 3
    }
    #expect(isTrue && asked == 3)
    asked = 0
    let isFalse = try await poll(every: .seconds(60), atMost: .seconds(-1)) {
      asked += 1
      return false
    }
    #expect(!isFalse && asked == 1)
  }

  @Test("is given up by a cancelled task, unless it goes to its end")
  func cancelled() async throws {
    let task = Task { try await poll(every: .seconds(60), atMost: .seconds(600)) { false } }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    let ending = Task {
      var asked = 0
      return await pollToTheEnd(every: .milliseconds(1), atMost: .seconds(60)) {
        asked += 1
        return asked > 3
      }
    }
    ending.cancel()
    #expect(await ending.value)
  }
}
