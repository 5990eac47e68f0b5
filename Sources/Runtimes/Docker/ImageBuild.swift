import Foundation
import OrchestratorDockerEngine
import OrchestratorModel
import OrchestratorPlanning
import OrchestratorSystem

/// Builds the image of one release with `docker build`, so that .dockerignore, credentials and BuildKit work as people expect.
struct ImageBuild {
  let plan: ComponentPlan
  /// The folder with a copy of the source; the Dockerfile and the stack's files are written beside and into it.
  let context: String
  /// The user and the group that the app runs as, in numbers; nil leaves the choice to the image.
  var user: String?
  let labels: DockerLabels
  let docker: DockerAddress
  let commands: any CommandRunner
  /// The ids of the base images, as far as they are there.
  var bases: [String] = []

  /// Renders what is needed, builds, and tells `receive` every line.
  func run(receive: (String) async -> Void) async throws {
    // It only spares a later build a wait: none fails for it.
    let inputs = (try? await inputs()) ?? ""
    try Task.checkCancellation()
    let dockerfile = try prepareContext()
    var tail = Tail(limit: BuildFailure.shownLines)
    let status = try await commands.run(command(dockerfile, inputs: inputs)) { line in
      tail.append(line)
      await receive(line)
    }
    if status != 0 { throw failure(status, lastLines: tail.lines) }
  }

  func command(_ dockerfile: String, inputs: String) -> Command {
    let all = labels.image(of: plan).merging([DockerLabels.inputs: inputs]) { own, _ in own }
    let labelArguments = all.sorted { $0.key < $1.key }.flatMap { ["--label", "\($0.key)=\($0.value)"] }
    return Command(
      "docker",
      ["build", "--force-rm", "--tag", plan.image, "--file", dockerfile] + labelArguments + buildArguments + [context],
      environment: arguments.merging(clientEnvironment) { _, own in own })
  }

  private var clientEnvironment: [String: String] {
    // Lines instead of a redrawn screen, and no advertisement for other builders.
    [
      "DOCKER_HOST": docker.description, "BUILDKIT_PROGRESS": "plain", "DOCKER_CLI_HINTS": "false",
      ProcessTree.buildMark: context,
    ]
  }

  /// What an app's own Dockerfile gets in its `ARG`s; in ours it stands as `ENV`.
  private var arguments: [String: String] { plan.stack.build.bringsDockerfile ? plan.buildEnvironment : [:] }

  /// By name only: the client finds the values in its environment, as its own arguments are for every user of the machine to read.
  private var buildArguments: [String] { arguments.keys.sorted().flatMap { ["--build-arg", $0] } }

  /// Writes the Dockerfile beside the context and the stack's files into it; gives back the Dockerfile's path.
  private func prepareContext() throws -> String {
    guard let text = try dockerfile() else {
      if case .dockerfile(let path) = plan.stack.build.recipe { return "\(context)/\(path)" }
      return "\(context)/Dockerfile"
    }
    let path = context + ".Dockerfile"
    // By its own name alone, so that it is found when we are killed in the middle of it.
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    try writeFiles()
    FaultPoint.pass("build context prepared")
    return path
  }

  /// The text of the Dockerfile; nil when the app brings its own.
  func dockerfile() throws -> String? {
    try plan.baseImage.map {
      try Dockerfile(plan: plan, base: $0, user: user, source: SourceFolder(context)).rendered()
    }
  }

  private func writeFiles() throws {
    try write(plan.stack.build.files, into: Dockerfile.filesFolder)
    if let server = try plan.containerStaticSite() {
      try write([StaticSiteServer.fileName: server.configuration], into: Dockerfile.serverFolder)
    }
  }

  private func write(_ files: [String: String], into name: String) throws {
    guard !files.isEmpty else { return }
    let folder = "\(context)/\(name)"
    // Whatever the app has under this name, such as a link that leads elsewhere, must not be written through.
    try? FileManager.default.removeItem(atPath: folder)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, content) in files {
      // What is private to us may be for everybody in the image.
      try content.writeReadable(to: "\(folder)/\(name)")
    }
    try keepInContext(name)
  }

  /// The app's .dockerignore may leave out everything but its own; what the stack brings must come along all the same.
  private func keepInContext(_ name: String) throws {
    let path = "\(context)/.dockerignore"
    guard let text = try SourceFolder(context).text(of: ".dockerignore") else { return }
    try (text + "\n!\(name)\n").writeReadable(to: path)
  }

  private func failure(_ status: Int, lastLines: [String]) -> OrchestratorError {
    BuildFailure.error(
      of: plan, "docker build exited \(status)", lastLines: lastLines,
      hint: hint(for: lastLines.joined(separator: "\n")))
  }

  /// What cures the failure, as far as the words of the classic builder and of BuildKit tell.
  private func hint(for output: String) -> String? {
    // A registry does not have an image, or cannot be reached.
    let signs = ["pull access denied", "manifest unknown", "/v2/\": dial", "failed to resolve source metadata"]
    if signs.contains(where: output.contains) {
      guard let base = plan.baseImage else {
        return "the Dockerfile's base image could not be pulled: check its name, and the network"
      }
      let bases = Set([base] + (plan.runBaseImage.map { [$0] } ?? [])).sorted().map(\.quoted)
      return
        "the base image \(bases.joined(separator: " or ")) could not be pulled; to use another in its place, set baseImages"
    }
    if let program = output.firstMatch(of: /exec: "([^"]+)": executable file not found/)?.1 {
      return
        "the image \((plan.baseImage ?? "").quoted) has no program \(String(program).quoted); to use one that has it, set baseImages"
    }
    if let pages = plan.pagesFolder,
      output.contains("test -e \(pages)") || output.contains("app/\(pages)"),
      ["file does not exist", "not found", "returned a non-zero code", "did not complete"].contains(
        where: output.contains)
    {
      return BuildFailure.noPagesHint(of: plan)
    }
    return nil
  }
}
