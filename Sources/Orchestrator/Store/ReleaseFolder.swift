/// What the process runtime keeps of one release, in the release's own folder.
struct ReleaseFolder: Sendable {
  /// The part that belongs to the app: its user owns it, and nobody else but root may look into it.
  let app: String
  /// A link to the dependencies that the release uses; as long as it is there they are kept.
  let dependenciesLink: String
  /// The folder with all dependencies of the app, one folder for each state of its manifests.
  let allDependencies: String

  init(_ plan: DeploymentPlan, in folder: StateFolder) {
    let release = folder.release(plan.app, plan.release)
    app = release + "/app"
    dependenciesLink = release + "/dependencies"
    allDependencies = folder.dependencies(of: plan.app)
  }

  /// The app's source, with what its build made of it; what the app writes beside its code is here, too.
  var source: String { app + "/source" }
  /// The files that the stack brings along.
  var files: String { app + "/files" }
  var home: String { app + "/home" }
  /// Temporary files; emptied when the release no longer runs.
  var temporary: String { app + "/tmp" }
}
