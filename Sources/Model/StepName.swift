/// The steps of a deployment, in their order.
@nonexhaustive
public enum StepName: String, Sendable, Codable, CaseIterable {
  /// Gives the release a port of its own.
  case reservePort = "reserve port"
  /// Makes the release's image, or its folder with all that it needs.
  case buildImage = "build image"
  /// Starts the release beside the one that serves.
  case startWorkload = "start workload"
  /// Asks it until it answers well.
  case awaitHealthy = "await healthy"
  /// Sends the app's requests to it.
  case switchRoute = "switch route"
}
