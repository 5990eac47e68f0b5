/// What happens while an app is deployed, as it happens.
@nonexhaustive
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
  case note(Notice)
  /// A step was undone; `failure` says why it could not be.
  case stepUndone(DeploymentStep, failure: String?)
  /// The release serves, after `seconds` in all.
  case live(Release, seconds: Double)
  /// The release that served before was stopped; `detail` says how.
  case retired(ReleaseNumber, detail: String, seconds: Double)
  /// Workloads of a release that goes on serving were stopped, as it has fewer instances now; `detail` says which, and how.
  case reduced(ReleaseNumber, detail: String, seconds: Double)
  /// The release that serves has as many instances as it was asked for, after `seconds` in all.
  case scaled(Release, seconds: Double)
}

extension DeploymentEvent {
  /// A notice.
  package static func note(
    _ code: Notice.Code, _ severity: Notice.Severity = .information, about subject: Notice.Subject, _ text: String,
    context: [String: String] = [:]
  ) -> DeploymentEvent {
    .note(Notice(code, severity, about: subject, text, context: context))
  }

  /// The notice that something failed, and why.
  package static func note(
    _ code: Notice.Code, about subject: Notice.Subject, after words: String = "", _ error: any Error
  ) -> DeploymentEvent {
    .note(Notice(code, about: subject, after: words, error))
  }
}

extension DeploymentEvent: Encodable {
  fileprivate enum Key: String, CodingKey {
    case event, app, stack, release, source, runtime, step, component, instance, line, detail, seconds, failure
  }

  private var name: String {
    switch self {
    case .started: "started"
    case .stepBegan: "step_began"
    case .output: "output"
    case .stepFinished: "step_finished"
    case .note: "note"
    case .stepUndone: "step_undone"
    case .live: "live"
    case .retired: "retired"
    case .reduced: "reduced"
    case .scaled: "scaled"
    }
  }

  /// Writes the event as one flat JSON object, whose `event` names it in snake_case.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Key.self)
    try object.encode(name, forKey: .event)
    switch self {
    case .started(let app, let stack, let release, let source, let runtime):
      try object.encode(app, forKey: .app)
      try object.encode(stack, forKey: .stack)
      try object.encode(release, forKey: .release)
      try object.encode(source, forKey: .source)
      try object.encode(runtime, forKey: .runtime)
    case .stepBegan(let step):
      try object.encode(step)
    case .output(let step, let line):
      try object.encode(step)
      try object.encode(line, forKey: .line)
    case .stepFinished(let step, let detail, let seconds):
      try object.encode(step)
      try object.encode(detail, forKey: .detail)
      try object.encode(seconds, forKey: .seconds)
    case .note(let notice): try notice.encode(to: encoder)
    case .stepUndone(let step, let failure):
      try object.encode(step)
      try object.encodeIfPresent(failure, forKey: .failure)
    case .live(let release, let seconds), .scaled(let release, let seconds):
      try object.encode(release, forKey: .release)
      try object.encode(seconds, forKey: .seconds)
    case .retired(let release, let detail, let seconds), .reduced(let release, let detail, let seconds):
      try object.encode(release, forKey: .release)
      try object.encode(detail, forKey: .detail)
      try object.encode(seconds, forKey: .seconds)
    }
  }
}

extension DeploymentEvent: Decodable {
  /// Reads what ``encode(to:)`` wrote.
  ///
  /// - Throws: `DecodingError`, also for an event of a later version.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Key.self)
    func value<Value: Decodable>(_ key: Key) throws -> Value { try object.decode(Value.self, forKey: key) }
    switch try object.decode(String.self, forKey: .event) {
    case "started":
      self = .started(
        app: try value(.app), stack: try value(.stack), release: try value(.release), source: try value(.source),
        runtime: try value(.runtime))
    case "step_began": self = .stepBegan(try object.decodeStep())
    case "output": self = .output(try object.decodeStep(), line: try value(.line))
    case "step_finished":
      self = .stepFinished(try object.decodeStep(), detail: try value(.detail), seconds: try value(.seconds))
    case "note": self = .note(try Notice(from: decoder))
    case "step_undone":
      self = .stepUndone(
        try object.decodeStep(), failure: try object.decodeIfPresent(String.self, forKey: .failure))
    case "live": self = .live(try value(.release), seconds: try value(.seconds))
    case "scaled": self = .scaled(try value(.release), seconds: try value(.seconds))
    case "retired":
      self = .retired(try value(.release), detail: try value(.detail), seconds: try value(.seconds))
    case "reduced":
      self = .reduced(try value(.release), detail: try value(.detail), seconds: try value(.seconds))
    case let name:
      throw DecodingError.dataCorruptedError(
        forKey: .event, in: object, debugDescription: "no event of this version is named \(name)")
    }
  }
}

extension KeyedDecodingContainer<DeploymentEvent.Key> {
  /// Reads what a step is, and of which component.
  fileprivate func decodeStep() throws -> DeploymentStep {
    DeploymentStep(
      try decode(StepName.self, forKey: .step), of: try decodeIfPresent(ComponentName.self, forKey: .component),
      instance: try decodeIfPresent(Int.self, forKey: .instance))
  }
}

extension KeyedEncodingContainer<DeploymentEvent.Key> {
  /// Writes what a step is, and of which component.
  fileprivate mutating func encode(_ step: DeploymentStep) throws {
    try encode(step.name, forKey: .step)
    try encodeIfPresent(step.component, forKey: .component)
    try encodeIfPresent(step.instance, forKey: .instance)
  }
}

/// Where events go; called in their order, from one task at a time.
package typealias EventSink = @Sendable (DeploymentEvent) -> Void
