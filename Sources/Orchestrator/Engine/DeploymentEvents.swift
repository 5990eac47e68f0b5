import OrchestratorModel

/// The events of one deployment, in their order; the sequence ends with the deployment.
///
/// Of lines of output that come faster than they are read some are left out, which is said where they would stand; the log of the build
/// has all of them.
public struct DeploymentEvents: AsyncSequence, Sendable {
  let stream: AsyncStream<DeploymentEvent>
  let waiting: WaitingLines

  /// Gives the events one by one.
  public struct Iterator: AsyncIteratorProtocol {
    var events: AsyncStream<DeploymentEvent>.Iterator
    let waiting: WaitingLines

    /// The next event, as soon as it comes; nil at the end.
    public mutating func next() async -> DeploymentEvent? {
      let event = await events.next(isolation: #isolation)
      if case .output(_, let line)? = event { waiting.remove(line) }
      return event
    }
  }

  /// Begins to read; one reader at a time.
  public func makeAsyncIterator() -> Iterator { Iterator(events: stream.makeAsyncIterator(), waiting: waiting) }
}
