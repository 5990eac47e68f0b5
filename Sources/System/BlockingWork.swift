import Dispatch

/// Does work that keeps a thread waiting, for a disk or a lock, on threads that are there for that: Swift's own are as many as there are
/// processors, and everything else would wait as well.
///
/// - Throws: what `work` throws.
@concurrent
package func blocking<Value: Sendable>(_ work: @concurrent @Sendable () async throws -> Value) async throws -> Value {
  try await withTaskExecutorPreference(BlockingExecutor.shared) { try await work() }
}

/// Of another class of service than Swift's own tasks, and so with threads of its own.
final class BlockingExecutor: TaskExecutor {
  static let shared = BlockingExecutor()

  private let queue = DispatchQueue(label: "orchestrator.blocking", qos: .utility, attributes: .concurrent)
  private let mark = DispatchSpecificKey<Bool>()

  private init() { queue.setSpecific(key: mark, value: true) }

  /// Whether this is one of its threads.
  var isRunning: Bool { DispatchQueue.getSpecific(key: mark) == true }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
