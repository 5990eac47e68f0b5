import Foundation
package import OrchestratorModel

/// The Dockerfile of a release, rendered from its plan; a function from value to value.
///
/// Every value stands in a JSON array or a quoted `ENV`, so none can start an instruction of its own.
package struct Dockerfile {
  /// The paths inside the container that a descriptor's standard variables stand for.
  package static let places = [
    "source": "/app", "files": "/orchestrator/files", "dependencies": "/orchestrator/dependencies",
  ]

  /// The folder of the build context that holds the stack's own files.
  package static let filesFolder = ".orchestrator-files"
  /// The folder of the build context that holds the configuration of the server of pages.
  package static let serverFolder = ".orchestrator-server"

  /// Where the pages of what nginx serves are inside the container, and its configuration.
  package static let pages = "/orchestrator/pages"
  package static let serverConfiguration = "/orchestrator/\(StaticSiteServer.fileName)"

  package let plan: ComponentPlan
  package let base: String
  /// The user and the group that the app runs as, in numbers; nil leaves the choice to the base image.
  package let user: String?
  /// Whether the source has a file or a folder at a relative path.
  package let source: SourceFolder

  package init(plan: ComponentPlan, base: String, user: String?, source: SourceFolder) {
    (self.plan, self.base, self.user) = (plan, base, user)
    self.source = source
  }

  /// The text of the Dockerfile.
  package func rendered() throws -> String {
    let stages =
      try plan.runBaseImage.map { [try buildStage(named: "build"), try runStage(on: $0)] } ?? [try onlyStage()]
    let head = "# Rendered by orchestrator from the stack '\(plan.stack.name)'."
    let sections = stages.flatMap(\.self).filter { !$0.isEmpty }
    return head + "\n" + sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  /// Builds and runs in one image.
  private func onlyStage() throws -> [[String]] {
    try [["FROM \(base)", "WORKDIR /app"]] + building(for: user) + [runAsUser]
  }

  /// Builds in an image of which nothing stays but what the next stage takes.
  private func buildStage(named name: String) throws -> [[String]] {
    try [["FROM \(base) AS \(name)", "WORKDIR /app"]] + building(for: nil) + [expectPages()]
  }

  /// What is the app's own comes last: apps with the same dependencies share the layers before.
  private func building(for user: String?) throws -> [[String]] {
    let build = plan.stack.build
    return try [
      environment,
      copyManifests(build.manifests),
      run(build.install),
      copyFiles(build.files),
      ownFolder(user) + ["COPY \(ownership(user)). ."],
      run(build.compile),
    ]
  }

  /// A build that leaves no first page is found out where it happens.
  private func expectPages() throws -> [String] {
    try plan.fallbackPage.map { ["RUN \(try json(["test", "-e", $0]))"] } ?? []
  }

  /// What runs: the pages that were built, or the source as the build left it.
  private func runStage(on image: String) throws -> [[String]] {
    if let pages = plan.pagesFolder {
      return [
        ["FROM \(image)"],
        [
          "COPY \(ownership(user))--from=build \(try json(["/app/\(pages)/", Self.pages + "/"]))",
          "COPY \(try json([Self.serverFolder + "/", "/orchestrator/"]))",
        ],
        runAsUser,
      ]
    }
    let dependencies = Self.places["dependencies"] ?? ""
    let copyDependencies = "COPY --from=build \(try json([dependencies + "/", dependencies + "/"]))"
    return try [
      ["FROM \(image)", "WORKDIR /app"],
      plan.stack.usesDependencies ? [copyDependencies] : [],
      copyFiles(plan.stack.build.files),
      ownFolder(user) + ["COPY \(ownership(user))--from=build \(try json(["/app/", "/app/"]))"],
      runAsUser,
    ]
  }

  /// WORKDIR makes the folder root's; an app may write beside its code, as Django's default database does.
  private func ownFolder(_ user: String?) throws -> [String] {
    try user.map { ["RUN \(try json(["chown", $0, "/app"]))"] } ?? []
  }

  private var runAsUser: [String] { user.map { ["USER \($0)"] } ?? [] }

  private var values: [String: String] { plan.variables.merging(Self.places) { _, place in place } }

  private func ownership(_ user: String?) -> String { user.map { "--chown=\($0) " } ?? "" }

  private var environment: [String] {
    plan.buildVariables(filledWith: values).sorted { $0.key < $1.key }.map { "ENV \($0.key)=\(quoted($0.value))" }
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
  package func isNeeded(in source: SourceFolder, variables: [String: String]) -> Bool {
    if let onlyIf, !source.has(onlyIf.filled(with: variables)) { return false }
    if let unless, source.has(unless.filled(with: variables)) { return false }
    return (when ?? [:]).allSatisfy { variables[$0.key] == $0.value }
  }
}

extension ComponentPlan {
  /// The environment of the build: the stack's own, and what a person asked for.
  package func buildVariables(filledWith values: [String: String]) -> [String: String] {
    stack.build.env.filled(with: values).merging(buildEnvironment) { _, asked in asked }
  }
}

extension StackDescriptor {
  /// Whether anything is installed outside the source.
  fileprivate var usesDependencies: Bool {
    let commands = (build.install + build.compile).flatMap(\.command) + run.command + run.env.values
    return commands.contains { $0.names.contains("dependencies") }
  }
}
