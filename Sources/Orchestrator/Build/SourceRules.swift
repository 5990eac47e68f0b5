/// What of an app's source comes along, beside what its stack leaves out; it depends on where the app runs.
package struct SourceRules: Sendable, Equatable {
  /// Whether what git ignores and `.dockerignore` names is left out. `docker build` heeds its own file by itself.
  package var heedsIgnoreFiles: Bool
  /// Whether a link that leads out of the source is refused. In an image it leads nowhere; on this machine it would lead to its files.
  package var refusesLinksOutside: Bool
}
