import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes

@Suite("The number of a new app")
struct AppNumberTests {
  @Test(
    "is the next one whose user nobody has: not nginx, not another app, nothing else on the machine",
    arguments: [
      (0, [], [], 1), (4, [1, 2, 3, 4], [], 5), (4, [], [5, 6], 7), (29_999, [], [], 30_001),
      // After so many apps the users begin anew: those that are left by then.
      (30_000, [1, 2, 30_003], [4], 30_005), (59_998, [59_998, 29_999], [1], 60_002), (30_000, [30_001], [], 30_002),
    ] as [(Int, [Int], [Int], Int)])
  func next(last: Int, others: [Int], foreign: [Int], expected: Int) {
    #expect(AppNumber.next(after: last, beside: others) { !foreign.contains($0 % AppNumber.users) } == expected)
  }

  @Test("is none when each of all users is another's, and the last one that is not")
  func exhausted() {
    let all = Array(1..<AppNumber.users)
    #expect(AppNumber.next(after: 29_999, beside: all) { _ in true } == nil)
    #expect(AppNumber.next(after: 5, beside: []) { _ in false } == nil)
    #expect(AppNumber.next(after: 29_999, beside: all.filter { $0 != 4711 }) { _ in true } == 34_711)
  }

  @Test("makes the number of its user, for whoever runs it as that")
  func user() {
    #expect(AppUser.number(of: 1, first: 30_000) == 30_001)
    #expect(AppUser.number(of: 30_001, first: 30_000) == 30_001)
  }
}
