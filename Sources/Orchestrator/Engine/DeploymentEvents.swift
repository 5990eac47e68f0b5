/// The events of one deployment, in their order; the sequence ends with the deployment.
public struct DeploymentEvents: AsyncSequence, Sendable {
  let stream: AsyncStream<DeploymentEvent>

  /// Begins to read; one reader at a time.
  public func makeAsyncIterator() -> AsyncStream<DeploymentEvent>.Iterator { stream.makeAsyncIterator() }
}
