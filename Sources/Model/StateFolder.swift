import Foundation

/// The folder in which one installation keeps everything.
package struct StateFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package var database: String { path + "/state.db" }
  package var databaseLock: String { path + "/state.lock" }
  /// Who makes or restores a backup, of whom there is one at a time.
  package var backupLock: String { path + "/backup.lock" }
  /// Who makes the network of all containers.
  package var networkLock: String { path + "/network.lock" }
  package var plugins: String { path + "/plugins" }
  package var settings: String { path + "/settings.yaml" }
  package var proxy: String { path + "/proxy" }
  /// The files of the proxy, a folder for each generation, named by its number.
  package var generations: String { proxy + "/generations" }
  /// The part of each app in the proxy's configuration that is in force, a file each.
  package var currentAppFiles: String { proxy + "/current/apps" }
  /// The highest number that a generation has; 0 when there is none.
  package var highestGeneration: Int { FileManager.default.names(in: generations).compactMap(Int.init).max() ?? 0 }

  /// Whether there is a store; a file without contents is none.
  package var hasState: Bool { ((try? FileManager.default.attributesOfItem(atPath: database)[.size]) as? Int ?? 0) > 0 }

  /// The folder with those of all processes that are supervised.
  package var processes: String { path + "/processes" }

  /// The folder of a process that is supervised.
  package func process(_ name: String) -> String { "\(processes)/\(name)" }

  /// Makes the folders above an app's dependencies.
  package func prepareDependencies(of app: AppName) throws {
    for folder in [allDependencies, dependencies(of: app)] { try makePassable(folder) }
  }

  /// What was installed for the app's releases that run as processes.
  package func dependencies(of app: AppName) -> String { "\(allDependencies)/\(app)" }
  package var allDependencies: String { path + "/dependencies" }

  package func releases(of app: AppName) -> String { "\(allReleases)/\(app)" }
  package var allReleases: String { path + "/releases" }

  /// The folder of a release, with those of its components if it has any that are named.
  package func release(_ app: AppName, _ number: ReleaseNumber) -> String { "\(releases(of: app))/\(number)" }

  package func builds(of app: AppName) -> String { "\(allBuilds)/\(app)" }
  package var allBuilds: String { path + "/builds" }

  /// The folder of a build, if it is one of files.
  package func build(_ build: Build) -> String {
    "\(builds(of: build.app))/\(build.number)" + (build.component.map { "/\($0)" } ?? "")
  }

  /// Makes the folder of a build, which only its owner may enter.
  package func prepare(_ build: Build) throws {
    let parents = [allBuilds, builds(of: build.app), "\(builds(of: build.app))/\(build.number)"]
    for folder in parents + (build.component == nil ? [] : [self.build(build)]) { try makePrivate(folder) }
  }

  /// The folder of a component: its logs, and while it is built its source.
  package func component(_ plan: ComponentPlan) -> String {
    release(plan.app, plan.release) + (plan.component.map { "/\($0)" } ?? "")
  }
  package func buildLog(_ plan: ComponentPlan) -> String { component(plan) + "/build.log" }
  package func appLog(_ workload: WorkloadPlan) -> String {
    component(workload.plan) + (workload.instance > 1 ? "/app_\(workload.instance).log" : "/app.log")
  }
  package func buildContext(_ plan: ComponentPlan) -> String { component(plan) + "/source" }

  /// Makes the folder of a component. Only its owner may enter it, unless the release is to run there.
  package func prepareComponent(_ plan: ComponentPlan) throws {
    let parents = [allReleases, releases(of: plan.app), release(plan.app, plan.release)]
    for folder in parents + (plan.component == nil ? [] : [component(plan)]) { try makePassable(folder) }
    if plan.runtime == .docker { try makePrivate(component(plan)) }
  }

  /// Makes a folder that others can pass through, if they know what is in it, and only its owner can look into.
  func makePassable(_ folder: String) throws { try make(folder, mode: 0o711) }

  /// Makes a folder that only its owner may enter.
  func makePrivate(_ folder: String) throws { try make(folder, mode: 0o700) }

  private func make(_ folder: String, mode: Int) throws {
    let manager = FileManager.default
    do {
      // A task that works on another component may make it at the same moment, which then is no error.
      try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
    } catch {
      throw unwritable(error)
    }
  }

  /// Makes the folder, whose names only its owner may list, if it is not there.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable` when it cannot be made or written to, or is another user's.
  package func prepare() throws {
    let manager = FileManager.default
    do {
      if !manager.isFolder(path) {
        try manager.createDirectory(
          atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
      }
    } catch {
      throw unwritable(error)
    }
    try ensureOurs()
    closeToOthers()
  }

  /// Makes sure that the folder, which is there, is this user's to work with.
  package func ensureOurs() throws {
    try ensureOwned(by: geteuid())
    guard FileManager.default.isWritableFile(atPath: path) else { throw unwritable(nil) }
  }

  /// Takes from all other users what a person put here: settings, and stacks whose environment can hold secrets.
  private func closeToOthers() {
    let manager = FileManager.default
    for path in [settings, plugins] {
      // What a link leads to may be for others as well.
      guard let facts = try? manager.attributesOfItem(atPath: path),
        facts[.type] as? FileAttributeType != .typeSymbolicLink,
        let mode = facts[.posixPermissions] as? Int, mode & 0o007 != 0
      else { continue }
      try? manager.setAttributes([.posixPermissions: mode & ~0o007], ofItemAtPath: path)
    }
  }

  /// Makes sure that the folder is this user's or, where it is not there, that it could be made.
  package func ensurePossible() throws {
    let manager = FileManager.default
    if manager.isFolder(path) { return try ensureOurs() }
    let parents = sequence(first: path) { $0 == "/" ? nil : $0.parentFolder }
    guard let above = parents.first(where: manager.isThere), manager.isFolder(above) else { throw unwritable(nil) }
  }

  /// Makes sure that the state is this user's, also if that is root: what root writes into it, its owner could not change any more.
  func ensureOwned(by user: UInt32) throws {
    guard let facts = try? FileManager.default.attributesOfItem(atPath: database),
      let owner = (facts[.ownerAccountID] as? NSNumber)?.uint32Value, owner != user
    else { return }
    let name = facts[.ownerAccountName] as? String
    throw OrchestratorError(
      .stateUnwritable,
      "the state folder \(path.quoted) belongs to \(name ?? "the user \(owner)"), and only that user can work with it",
      hint:
        "run it as that user: sudo -u \(name ?? "'#\(owner)'") orchestrator …; or choose another folder with --home or ORCHESTRATOR_HOME; serving apps are not touched"
    )
  }

  /// Makes sure that users who own nothing in the folder can pass through it, and through all folders above it, where we are root.
  ///
  /// - Parameter users: who they are, for the error.
  /// - Throws: ``OrchestratorError`` with the code `runtime_forbidden`.
  package func ensureReachable(from users: String) throws {
    guard geteuid() == 0 else { return }
    let parents = sequence(first: path) { $0 == "/" ? nil : $0.parentFolder }
    let closed = parents.first { folder in
      let mode = (try? FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions]) as? Int
      return mode.map { $0 & 0o001 == 0 } ?? false
    }
    guard let closed else { return }
    throw OrchestratorError(
      .runtimeForbidden, "\(users) cannot enter \(closed.quoted), on the way to the state folder \(path.quoted)",
      hint: "choose a state folder that can be reached with --home or ORCHESTRATOR_HOME, such as /var/lib/orchestrator")
  }

  package func unwritable(_ error: (any Error)?) -> OrchestratorError { .unwritable(path, error) }
}

extension OrchestratorError {
  /// What is in the state folder, or the folder at `path` itself, could not be written.
  package static func unwritable(_ path: String, _ error: (any Error)?) -> OrchestratorError {
    if error?.isOutOfSpace == true { return .diskFull(while: "writing to the state folder \(path.quoted)", error) }
    return OrchestratorError(
      .stateUnwritable, "the state folder \(path.quoted) cannot be written to",
      hint: "check its permissions, or choose another with --home or ORCHESTRATOR_HOME; serving apps are not touched",
      underlying: error)
  }
}
