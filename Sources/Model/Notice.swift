/// Something that a person should know, and that stops nothing: what was put in order, what was left, what could be better.
///
/// A program reads the code, the subject and the context, a person the description.
public struct Notice: Sendable, Hashable, Codable {
  /// What kind of thing it is. The raw values are what JSON carries; they never change.
  @nonexhaustive
  public enum Code: String, Sendable, Codable, CaseIterable {
    /// What the source of an app tells of how it may be deployed better.
    case advice
    /// Files changed while they were copied; `files` names the first of them.
    case sourceChanged = "source_changed"
    /// Files of the source were left out; `files` names the first of them.
    case sourceLeftOut = "source_left_out"
    /// What is to be left out of the source could not be asked.
    case ignoreFilesUnread = "ignore_files_unread"
    /// A deployment waits for another build to finish.
    case waitingForBuild = "waiting_for_build"
    /// A command waits for another one that is at the app.
    case waitingForCommand = "waiting_for_command"
    /// A port is in use by another program, and another was taken; `port` and `owner` say which, and by whom.
    case portInUse = "port_in_use"
    /// A public port is in use by another program; `port` and `owner` say which, and by whom.
    case publicPortInUse = "public_port_in_use"
    /// An instance has no port yet, and follows later.
    case instancePostponed = "instance_postponed"
    /// Instances were stopped to make room for a new release.
    case instancesGaveWay = "instances_gave_way"
    /// An app has fewer instances than it should.
    case instancesMissing = "instances_missing"
    /// Instances were added, or would be.
    case instancesAdded = "instances_added"
    /// Instances were stopped, or would be.
    case instancesStopped = "instances_stopped"
    /// An app can be reached around the proxy.
    case reachableAroundProxy = "reachable_around_proxy"
    /// What an interrupted command left was cleared away.
    case leftoverRemoved = "leftover_removed"
    /// What an interrupted command had begun was undone or finished, or would be.
    case recovered
    /// What an interrupted command had begun could not be undone or finished; the next command tries again.
    case recoveryFailed = "recovery_failed"
    /// A workload was started again, or would be, or is looked after again.
    case workloadRestarted = "workload_restarted"
    /// A workload listens on another port now, or would; `port` says on which when it does, and `owner` who has its own.
    case workloadMoved = "workload_moved"
    /// Clients of an app are sent elsewhere, or would be.
    case routesRestored = "routes_restored"
    /// A release that does not serve any more was stopped, or would be.
    case releaseStopped = "release_stopped"
    /// A release that does not serve any more still runs; the next command stops it.
    case releaseStillRuns = "release_still_runs"
    /// A release that is too old was removed, or would be; `bytes` says how much it held, where that was looked at.
    case releaseRemoved = "release_removed"
    /// A release that is too old could not be removed; the next command tries again.
    case releaseNotRemoved = "release_not_removed"
    /// Something that belongs to no release was removed, or would be.
    case orphanRemoved = "orphan_removed"
    /// Things have names of releases that the state never knew; they are left alone.
    case strangersLeft = "strangers_left"
    /// What an app had could not all be removed when it was destroyed.
    case notAllDestroyed = "not_all_destroyed"
    /// An app was left to another command that is at it.
    case leftToOther = "left_to_other"
    /// nginx was started or renewed, or serves other files now, or would; `generation` says which, where it is known.
    case proxyRestored = "proxy_restored"
    /// nginx may run although no app needs it.
    case proxyIdle = "proxy_idle"
    /// nginx refuses an app's own part of its configuration; `apps` says of which, and `reason` why.
    case quarantined
    /// nginx is of a version that loses requests.
    case proxyOutdated = "proxy_outdated"
    /// nginx can have too few connections.
    case proxyCapacity = "proxy_capacity"
    /// Permissions of a file were narrowed.
    case permissionsNarrowed = "permissions_narrowed"
    /// There is no installation in the state folder.
    case noInstallation = "no_installation"
    /// Something could not be looked at, or not repaired.
    case notRepaired = "not_repaired"
    /// What an earlier version said, or a later one.
    case other
  }

  /// How much it matters.
  public enum Severity: String, Sendable, Codable, Comparable, CaseIterable {
    /// It is as it should be, or was brought to that.
    case information
    /// It could be better.
    case warning
    /// Something does not work, or soon will not.
    case problem

    /// Orders them from the least to the most.
    public static func < (left: Severity, right: Severity) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// What it is about: an app, one of its releases, or one of their workloads; where all are nil the installation.
  public struct Subject: Sendable, Hashable, Codable {
    /// The app.
    public var app: AppName?
    /// The release.
    public var release: ReleaseNumber?
    /// The component, where the app's stack is made of such.
    public var component: ComponentName?
    /// Which of the component's instances, from 1.
    public var instance: Int?

    /// Names what a notice is about.
    public init(
      app: AppName? = nil, release: ReleaseNumber? = nil, component: ComponentName? = nil, instance: Int? = nil
    ) {
      (self.app, self.release, self.component, self.instance) = (app, release, component, instance)
    }

    /// The installation as a whole, with its proxy.
    public static let installation = Subject()
    /// An app.
    public static func app(_ app: AppName) -> Subject { Subject(app: app) }
    /// A release.
    public static func release(_ release: ReleaseNumber, of app: AppName) -> Subject {
      Subject(app: app, release: release)
    }
  }

  /// What kind of thing it is.
  public var code: Code
  /// How much it matters.
  public var severity: Severity
  /// What it is about.
  public var subject: Subject
  /// What else a program may want to know, such as `port` and `owner`, as its code says; of a failure `error`, the error's code.
  public var context: [String: String]
  /// It in one sentence.
  public var text: String

  /// Says it in a sentence.
  package init(
    _ code: Code, _ severity: Severity = .information, about subject: Subject, _ text: String,
    context: [String: String] = [:]
  ) {
    (self.code, self.severity, self.subject) = (code, severity, subject)
    (self.text, self.context) = (text, context)
  }

  /// Says that something failed, and why; `error` in its context is the error's code.
  package init(_ code: Code, about subject: Subject, after words: String = "", _ error: any Error) {
    let error = OrchestratorError.wrapping(error)
    self.init(
      code, .problem, about: subject, words + error.message, context: ["error": error.code.rawValue])
  }
}

extension Notice {
  private enum CodingKeys: String, CodingKey { case code, severity, subject, context, text }

  /// Reads what was encoded, also by a version that had other codes, or that had sentences in place of notices.
  ///
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      self.init(.other, about: .installation, text)
      return
    }
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let code = try values.decodeIfPresent(String.self, forKey: .code).flatMap(Code.init)
    try self.init(
      code ?? .other, values.decodeIfPresent(Severity.self, forKey: .severity) ?? .information,
      about: values.decodeIfPresent(Subject.self, forKey: .subject) ?? .installation,
      values.decode(String.self, forKey: .text),
      context: values.decodeIfPresent([String: String].self, forKey: .context) ?? [:])
  }
}

extension Notice: CustomStringConvertible {
  /// It in one sentence.
  public var description: String { text }

  /// The same in other words.
  package func saying(_ change: (String) -> String) -> Notice {
    var notice = self
    notice.text = change(text)
    return notice
  }
}

extension Notice.Subject {
  /// A component of a release.
  package init(_ plan: ComponentPlan) { self.init(app: plan.app, release: plan.release, component: plan.component) }

  /// A workload of a release.
  package init(_ workload: WorkloadPlan) {
    self.init(workload.plan)
    instance = workload.instance
  }

  /// A release.
  package init(_ plan: DeploymentPlan) { self.init(app: plan.app, release: plan.release) }
}
