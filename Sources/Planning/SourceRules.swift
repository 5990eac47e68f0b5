/// What of an app's source comes along, beside what its stack leaves out; it depends on where the app runs.
package struct SourceRules: Sendable, Equatable {
  /// Whether what git ignores and `.dockerignore` names is left out. `docker build` heeds its own file by itself; of links that lead out
  /// of the source it says everywhere which are left out.
  package var heedsIgnoreFiles: Bool

  package init(heedsIgnoreFiles: Bool) {
    self.heedsIgnoreFiles = heedsIgnoreFiles
  }
}
