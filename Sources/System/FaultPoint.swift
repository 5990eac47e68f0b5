import Foundation
import OrchestratorModel
import Synchronization

/// The places at which the program changes something outside of itself: tests have it die at each of them, to see that nothing is ever
/// left behind.
///
/// Whatever the program does passes one of a few doors: what the store writes, the commands that it runs, what it asks Docker to
/// change, the files and processes that it makes and removes. Every door has a point before and one after, so what is added later
/// has its points as well. In daily use a point costs a comparison.
///
/// - `ORCHESTRATOR_DIE_AT=N` ends the process at its Nth point, with SIGKILL.
/// - `ORCHESTRATOR_FAIL_AT=N` makes its Nth point throw, where it stands at a door that can fail.
/// - `ORCHESTRATOR_STOP_AT=N` stops the process at its Nth point (SIGSTOP), until another process lets it go on.
/// - `ORCHESTRATOR_POINTS=FILE` adds the name of every point that is passed to a file.
package enum FaultPoint {
  private static let dieAt = number("ORCHESTRATOR_DIE_AT")
  private static let failAt = number("ORCHESTRATOR_FAIL_AT")
  private static let stopAt = number("ORCHESTRATOR_STOP_AT")
  private static let file = ProcessInfo.processInfo.environment["ORCHESTRATOR_POINTS"]
  private static let isWatched = dieAt != nil || failAt != nil || stopAt != nil || file != nil
  private static let passed = Mutex(0)

  private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }

  /// Passes the point before or after something that cannot fail.
  package static func pass(_ name: @autoclosure () -> String) { if isWatched { _ = note(name()) } }

  /// Does `work`, which changes something, between its two points.
  ///
  /// - Throws: what `work` throws, or ``OrchestratorError`` with the code `unexpected` when it is to fail.
  package static func around<Value>(_ name: @autoclosure () -> String, _ work: () async throws -> Value) async throws
    -> Value
  {
    guard isWatched else { return try await work() }
    let name = name()
    try failIfMeant(note("before \(name)"), name)
    let value = try await work()
    try failIfMeant(note("after \(name)"), name)
    return value
  }

  /// Counts a point, and ends the process if this is the one.
  private static func note(_ name: String) -> Int {
    let number = passed.withLock {
      $0 += 1
      return $0
    }
    if let file { append("\(number) \(name)\n", to: file) }
    if number == dieAt { kill(getpid(), SIGKILL) }
    if number == stopAt { kill(getpid(), SIGSTOP) }
    return number
  }

  private static func failIfMeant(_ number: Int, _ name: String) throws {
    if number == failAt { throw OrchestratorError(.unexpected, "failed at \(name), as was asked for") }
  }

  private static func append(_ text: String, to file: String) {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    _ = text.withCString { write(descriptor, $0, strlen($0)) }
    close(descriptor)
  }
}
