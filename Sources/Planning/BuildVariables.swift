import OrchestratorModel
import OrchestratorSystem

/// What may be asked for as a variable of an app's build.
enum BuildVariables {
  /// The same variables.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` for a name or a value that a build cannot have.
  static func checked(_ variables: [String: String], for stack: StackDescriptor) throws -> [String: String] {
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      guard EnvironmentName.isValid(name) else {
        throw OrchestratorError(
          .invalidInput, "\(name.quoted) cannot be the name of an environment variable",
          hint: "use letters, digits and '_', such as VITE_TITLE")
      }
      guard !value.unicodeScalars.contains(where: \.isControl) else {
        throw OrchestratorError(.invalidInput, "the value of \(name.quoted) holds a control character")
      }
      // A Dockerfile of ours has them as ENV; the client passes those of an app's own from its environment.
      guard !stack.build.bringsDockerfile || !isForDockerClient(name) else {
        throw OrchestratorError(
          .invalidInput,
          "the build of an app's own Dockerfile cannot have \(name.quoted): docker would take it for itself",
          hint: "give the ARG in the Dockerfile another name")
      }
    }
    return variables
  }

  /// Whether docker's client, or what loads it, would take a variable of that name for itself.
  private static func isForDockerClient(_ name: String) -> Bool {
    ["PATH", "HOME", "TMPDIR", "GODEBUG", "SSL_CERT_FILE", "SSL_CERT_DIR", ProcessTree.buildMark].contains(name)
      || ["DOCKER_", "BUILDKIT_", "BUILDX_", "LD_", "OTEL_"].contains(where: name.hasPrefix)
  }
}
