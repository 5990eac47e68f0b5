import Glibc

/// A lock between processes, and between tasks of one process, that ends with its holder however that ends (flock(2)).
enum FileLock {
  struct Failure: Error {
    let path: String
    let code: CInt
  }

  /// Runs `work` while the lock on the file at `path`, which is made if need be, is ours; waits until it is.
  ///
  /// - Throws: ``Failure`` when the file cannot be opened, or what `work` throws.
  static func holding<Value>(_ path: String, _ work: () throws -> Value) throws -> Value {
    let descriptor = try open(path)
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    return try work()
  }

  /// The same for work that waits, without keeping a thread waiting for the lock.
  ///
  /// - Throws: ``Failure``, `CancellationError`, or what `work` throws.
  static func holding<Value>(
    _ path: String, clock: any Clock<Duration>, _ work: () async throws -> Value
  ) async throws -> Value {
    let descriptor = try open(path)
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else { throw Failure(path: path, code: errno) }
      try await clock.sleep(for: .milliseconds(20))
    }
    return try await work()
  }

  /// Runs `work` while the lock is ours, if nobody else has it.
  ///
  /// - Returns: what `work` returns; nil when somebody else has the lock.
  /// - Throws: ``Failure`` when the file cannot be opened, or what `work` throws.
  static func trying<Value>(_ path: String, _ work: () async throws -> Value) async throws -> Value? {
    let descriptor = try open(path)
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return nil }
    return try await work()
  }

  private static func open(_ path: String) throws -> CInt {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure(path: path, code: errno) }
    return descriptor
  }
}
