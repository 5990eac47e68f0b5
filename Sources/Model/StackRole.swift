extension StackDescriptor {
  /// Which part of an app a stack's workloads are.
  public enum Role: String, Sendable, Codable, CaseIterable {
    /// The app itself: `$backend_port`.
    case backend
    /// The pages in front of a backend: `$frontend_port`.
    case frontend
  }
}
