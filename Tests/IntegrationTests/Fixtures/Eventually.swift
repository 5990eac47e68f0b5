import Testing

/// Waits until `holds`, for at most `limit`.
func eventually(within limit: Duration = .seconds(20), _ holds: () async throws -> Bool) async throws {
  let start = ContinuousClock.now
  while try await !holds() {
    try #require(ContinuousClock.now - start < limit, "it never came true")
    try await Task.sleep(for: .milliseconds(20))
  }
}
