/// Does `work` to its end, whatever becomes of the calling task: what undoes or ends something must not stop in the middle of it.
@discardableResult
package func uncancelled<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
  try await Task { try await work() }.value
}

/// The same for work that cannot fail.
@discardableResult
package func uncancelled<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value {
  await Task { await work() }.value
}
