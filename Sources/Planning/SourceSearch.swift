import Glibc
package import OrchestratorModel
import OrchestratorStacks
import OrchestratorSystem
import Synchronization

/// Searches the files of a source for the expressions of rules.
///
/// What would take too long is given up, and counts as if nothing was there: a deployment gives its answer within about a second, whatever
/// is in a source.
package final class SourceSearch: Sendable {
  private struct State {
    var expressions: [String: Expression] = [:]
    var remarks: [String] = []
    /// Whether it was said that the time for all files is over.
    var saidOver = false
  }

  /// How long one search of one file may take, and all searches of all files.
  private let (limitForOne, limitForAll): (Duration, Duration)
  private let time: @Sendable () -> Duration
  private let start: Duration
  private let state = Mutex(State())

  /// - Parameter time: what the limits are counted by; how long the thread has worked, so that a busy machine changes no answer.
  package init(
    limitForOne: Duration = .milliseconds(200), limitForAll: Duration = .seconds(1),
    time: @escaping @Sendable () -> Duration = { .workOfThread }
  ) {
    (self.limitForOne, self.limitForAll, self.time) = (limitForOne, limitForAll, time)
    start = time()
  }

  /// Whether to go on looking.
  package var isWanted: Bool { !Task.isCancelled && time() - start < limitForAll }

  /// What the groups of the rule's expression match in `file`, by number; nil when it does not match.
  ///
  /// - Throws: `CancellationError`.
  package func match(_ rule: DetectionRule, in file: String, of source: SourceFolder) throws -> [String: String]? {
    guard rule.match != nil || rule.without != nil else { return [:] }
    guard try checkTime(at: file), let text = source.text(of: file) else { return nil }
    if let without = rule.without, try search(text, for: without, in: file) != .noMatch { return nil }
    guard let expression = rule.match else { return [:] }
    guard case .match(let groups) = try search(text, for: expression, in: file) else {
      noteIfLong(file, of: source)
      return nil
    }
    return Dictionary(uniqueKeysWithValues: groups.enumerated().map { (String($0.offset + 1), $0.element) })
  }

  /// Whether the whole of `value` is what `pattern` says.
  ///
  /// - Throws: `CancellationError`.
  package func value(_ value: String, fits pattern: String) throws -> Bool {
    guard let expression = try? Expression(ofWhole: pattern) else { return false }
    return if case .match = try run(expression, on: value) { true } else { false }
  }

  /// What a person is to know of what was not looked at, one sentence each; it is said once.
  func takeRemarks() -> [String] { state.withLock { state in state.remarks.splice() } }

  private func search(_ text: String, for words: String, in file: String) throws -> Expression.Outcome {
    guard let expression = try? expression(words) else { return .noMatch }
    let outcome = try run(expression, on: text)
    if outcome == .unfinished {
      remark("\(file.quoted) was not searched to its end, which takes too long: it counts as if nothing was found")
    }
    return outcome
  }

  private func run(_ expression: Expression, on text: String) throws -> Expression.Outcome {
    let begin = time()
    let outcome = expression.firstMatch(in: text) { isWanted && time() - begin < limitForOne }
    try Task.checkCancellation()
    return outcome
  }

  /// The expression, read once.
  private func expression(_ words: String) throws -> Expression {
    if let known = state.withLock({ $0.expressions[words] }) { return known }
    let expression = try Expression(words)
    state.withLock { $0.expressions[words] = expression }
    return expression
  }

  /// Whether there is time left; that there is none is said once.
  ///
  /// - Throws: `CancellationError`.
  @discardableResult
  func checkTime(at file: String) throws -> Bool {
    try Task.checkCancellation()
    if isWanted { return true }
    let isFirst = state.withLock { state in
      defer { state.saidOver = true }
      return !state.saidOver
    }
    if isFirst {
      remark("searching the source takes too long: \(file.quoted) and what comes after it was not looked at")
    }
    return false
  }

  private func noteIfLong(_ file: String, of source: SourceFolder) {
    guard let size = source.open(file)?.facts.size, size > SourceFolder.mostText else { return }
    remark("of \(file.quoted) only the first \(SourceFolder.mostText.bytes) were searched")
  }

  private func remark(_ sentence: String) {
    state.withLock { if !$0.remarks.contains(sentence) { $0.remarks.append(sentence) } }
  }
}

extension [String] {
  /// Takes all out.
  fileprivate mutating func splice() -> [String] {
    defer { removeAll() }
    return self
  }
}

extension Duration {
  /// How long this thread has been at work on a processor (clock_gettime(2)).
  static var workOfThread: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
