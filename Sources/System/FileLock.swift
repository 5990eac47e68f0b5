import Glibc

/// A lock between processes, and between tasks of one process, that ends with its holder however that ends (flock(2)).
package enum FileLock {
  package struct Failure: Error {
    package let path: String
    package let code: CInt

    package init(path: String, code: CInt) {
      (self.path, self.code) = (path, code)
    }
  }

  /// Runs `work` while the lock on the file at `path`, which is made if need be, is ours; keeps the thread until it is.
  ///
  /// - Throws: ``Failure`` when the file cannot be opened, `CancellationError`, or what `work` throws.
  package static func withLock<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
    let descriptor = try open(path)
    defer { close(descriptor) }
    // The process that has it may have been stopped: a wait in the system would be deaf to the task's end.
    while try !lock(descriptor, path) {
      try Task.checkCancellation()
      usleep(5000)
    }
    return try work()
  }

  /// The same for work that waits, without keeping a thread waiting for the lock.
  ///
  /// - Throws: ``Failure``, `CancellationError`, or what `work` throws.
  package static func withLock<Value>(
    _ path: String, clock: any Clock<Duration>, _ work: () async throws -> Value
  ) async throws -> Value {
    let descriptor = try open(path)
    defer { close(descriptor) }
    while try !lock(descriptor, path) { try await clock.sleep(for: .milliseconds(20)) }
    return try await work()
  }

  /// Runs `work` while the lock is ours, if no other process or task has it.
  ///
  /// - Returns: what `work` returns; nil when another process or task has the lock, or took the file away with it.
  /// - Throws: ``Failure`` when the file cannot be opened, or what `work` throws.
  package static func withLockIfAvailable<Value>(_ path: String, _ work: () async throws -> Value) async throws
    -> Value?
  {
    let descriptor = try open(path)
    defer { close(descriptor) }
    guard try lock(descriptor, path), isStill(descriptor, at: path) else { return nil }
    return try await work()
  }

  /// Takes the lock if it is free; tells whether it was.
  private static func lock(_ descriptor: CInt, _ path: String) throws -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
    guard errno == EWOULDBLOCK || errno == EINTR else { throw Failure(path: path, code: errno) }
    return false
  }

  /// Whether the file that was opened is the one at the path now, and not one that was removed since.
  private static func isStill(_ descriptor: CInt, at path: String) -> Bool {
    guard let opened = FileIdentity(descriptor: descriptor) else { return false }
    return opened == FileIdentity(path)
  }

  private static func open(_ path: String) throws -> CInt {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
    return descriptor
  }
}
