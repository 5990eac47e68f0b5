/// What happens while an app is deployed, as it happens.
public enum DeploymentEvent: Sendable, Equatable {
  /// A deployment of `release` from the folder `source` begins, on `runtime`.
  case started(app: AppName, stack: StackName, release: ReleaseNumber, source: String, runtime: RuntimeName)
  /// A step begins.
  case stepBegan(DeploymentStep)
  /// A step printed a line.
  case output(DeploymentStep, line: String)
  /// A step is done; `detail` says in a few words what came of it.
  case stepFinished(DeploymentStep, detail: String, seconds: Double)
  /// Something that the person should know, and that stops nothing.
  case note(String)
  /// A step was undone; `failure` says why it could not be.
  case stepUndone(DeploymentStep, failure: String?)
  /// The release serves, after `seconds` in all.
  case live(Release, seconds: Double)
  /// The release that served before was stopped; `detail` says how.
  case retired(ReleaseNumber, detail: String, seconds: Double)
}

extension DeploymentEvent: Encodable {
  fileprivate enum Key: String, CodingKey {
    case event, app, stack, release, source, runtime, step, component, line, detail, seconds, text, failure
  }

  /// Writes the event as one flat JSON object, whose `event` names it in snake_case.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    switch self {
    case .started(let app, let stack, let release, let source, let runtime):
      try object.encode("started", forKey: .event)
      try object.encode(app, forKey: .app)
      try object.encode(stack, forKey: .stack)
      try object.encode(release, forKey: .release)
      try object.encode(source, forKey: .source)
      try object.encode(runtime, forKey: .runtime)
    case .stepBegan(let step):
      try object.encode("step_began", forKey: .event)
      try object.encode(step)
    case .output(let step, let line):
      try object.encode("output", forKey: .event)
      try object.encode(step)
      try object.encode(line, forKey: .line)
    case .stepFinished(let step, let detail, let seconds):
      try object.encode("step_finished", forKey: .event)
      try object.encode(step)
      try object.encode(detail, forKey: .detail)
      try object.encode(seconds, forKey: .seconds)
    case .note(let text):
      try object.encode("note", forKey: .event)
      try object.encode(text, forKey: .text)
    case .stepUndone(let step, let failure):
      try object.encode("step_undone", forKey: .event)
      try object.encode(step)
      try object.encodeIfPresent(failure, forKey: .failure)
    case .live(let release, let seconds):
      try object.encode("live", forKey: .event)
      try object.encode(release, forKey: .release)
      try object.encode(seconds, forKey: .seconds)
    case .retired(let release, let detail, let seconds):
      try object.encode("retired", forKey: .event)
      try object.encode(release, forKey: .release)
      try object.encode(detail, forKey: .detail)
      try object.encode(seconds, forKey: .seconds)
    }
  }
}

extension KeyedEncodingContainer<DeploymentEvent.Key> {
  /// Writes what a step is, and of which component.
  fileprivate mutating func encode(_ step: DeploymentStep) throws {
    try encode(step.name, forKey: .step)
    try encodeIfPresent(step.component, forKey: .component)
  }
}
