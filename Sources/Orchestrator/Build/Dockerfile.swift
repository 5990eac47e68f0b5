import Foundation

/// The Dockerfile of a release, rendered from its plan; a function from value to value.
///
/// Every value stands in a JSON array or a quoted `ENV`, so none can start an instruction of its own.
struct Dockerfile {
  /// The paths inside the container that a descriptor's standard variables stand for.
  static let places = ["source": "/app", "files": "/orchestrator/files", "dependencies": "/orchestrator/dependencies"]

  /// The folder of the build context that holds the stack's own files.
  static let filesFolder = ".orchestrator-files"

  let plan: DeploymentPlan
  let base: String
  /// Whether the source has a file or a folder at a relative path.
  let source: SourceFolder

  /// The text of the Dockerfile.
  func rendered() throws -> String {
    let build = plan.stack.build
    let sections = try [
      ["# Rendered by orchestrator from the stack '\(plan.stack.name)'.", "FROM \(base)", "WORKDIR /app"],
      // WORKDIR makes the folder root's; an app may write beside its code, as Django's default database does.
      plan.stack.run.user.map { ["RUN \(try json(["chown", $0, "/app"]))"] } ?? [],
      environment(build.env),
      copyManifests(build.manifests),
      run(build.install),
      copyFiles(build.files),
      ["COPY \(ownership). ."],
      run(build.compile),
      plan.stack.run.user.map { ["USER \($0)"] } ?? [],
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var values: [String: String] { plan.variables.merging(Self.places) { _, place in place } }

  private var ownership: String { plan.stack.run.user.map { "--chown=\($0) " } ?? "" }

  private func environment(_ variables: [String: Template]) -> [String] {
    variables.filled(with: values).sorted { $0.key < $1.key }.map { "ENV \($0.key)=\(quoted($0.value))" }
  }

  private func copyManifests(_ manifests: [Template]) throws -> [String] {
    // COPY would read these as patterns and variables; such a file comes along with the rest of the source.
    let copied = source.paths(named: manifests.filled(with: plan.variables)).filter { path in
      !path.contains { "[]?*$\\".contains($0) }
    }
    return try copied.map { manifest in
      let path = source.isFolder(manifest) ? manifest + "/" : manifest
      return "COPY \(try json([path, path]))"
    }
  }

  private func copyFiles(_ files: [String: String]) throws -> [String] {
    guard !files.isEmpty, let folder = Self.places["files"] else { return [] }
    return ["COPY \(try json([Self.filesFolder + "/", folder + "/"]))"]
  }

  private func run(_ steps: [StackDescriptor.BuildStep]) throws -> [String] {
    try steps.filter { $0.isNeeded(in: source, variables: plan.variables) }.map {
      "RUN \(try json($0.command.filled(with: values)))"
    }
  }

  private func json(_ words: [String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(words), as: UTF8.self)
  }

  /// A value of `ENV` in double quotes; Docker would expand a `$` and read `\` as an escape.
  private func quoted(_ value: String) -> String {
    let escaped = value.map { character in
      switch character {
      case "\\", "\"", "$": "\\\(character)"
      default: String(character)
      }
    }
    return "\"\(escaped.joined())\""
  }
}

extension StackDescriptor.BuildStep {
  /// Whether the step's conditions hold for `source`.
  func isNeeded(in source: SourceFolder, variables: [String: String]) -> Bool {
    if let onlyIf, !source.has(onlyIf.filled(with: variables)) { return false }
    if let unless, source.has(unless.filled(with: variables)) { return false }
    return true
  }
}
