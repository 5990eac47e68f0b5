import Testing

/// Waits until `holds`, for at most 20 s.
func eventually(_ holds: () async throws -> Bool) async throws {
  let start = ContinuousClock.now
  while try await !holds() {
    try #require(ContinuousClock.now - start < .seconds(20), "it never came true")
    try await Task.sleep(for: .milliseconds(20))
  }
}
