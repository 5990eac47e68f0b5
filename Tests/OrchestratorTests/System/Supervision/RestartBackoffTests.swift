import Testing

@testable import OrchestratorSystem

@Suite("A process that ends again and again")
struct RestartBackoffTests {
  @Test("is started at once the first time, then after pauses that double, up to half a minute")
  func grows() {
    var backoff = RestartBackoff()
    #expect(backoff.pause == .zero)
    var pauses: [Duration] = []
    for _ in 1...12 {
      backoff.ended(after: .milliseconds(50))
      pauses.append(backoff.pause)
    }
    #expect(pauses.prefix(4) == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800)])
    #expect(pauses.suffix(2) == [.seconds(30), .seconds(30)])
  }

  @Test("begins anew with the shortest pause once it ran for long enough")
  func settles() {
    var backoff = RestartBackoff()
    for _ in 1...5 { backoff.ended(after: .seconds(1)) }
    backoff.ended(after: RestartBackoff.settled)
    #expect(backoff.pause == .milliseconds(100))
  }
}
