import Foundation
package import OrchestratorModel
package import OrchestratorPlanning
import OrchestratorSystem

/// Builds a release where it will run, by the very fields of the descriptor that make a Dockerfile, and keeps a copy as its build.
struct ProcessBuild {
  let plan: ComponentPlan
  /// The copy of the app's source.
  let source: SourceFolder
  let release: ReleaseFolder
  let build: BuildFolder
  /// The folder with all dependencies of the app, one folder for each state of its manifests.
  let allDependencies: String
  let user: AppUser
  /// All that the build starts.
  let members: ProcessTree
  /// The program `orchestrator`.
  let program: String
  let commands: any CommandRunner

  /// Installs what is not installed yet, compiles, and tells `receive` every line.
  ///
  /// - Returns: in a few words, what was built.
  /// - Throws: ``OrchestratorError`` with the code `build_failed`, `disk_full` or `state_unwritable`.
  func run(receive: (String) async -> Void) async throws -> String {
    try await release.prepare(plan, files: files)
    let dependencies = try await self.dependencies()
    try dependencies.refer(from: release.dependenciesLink)
    let isReused = dependencies.areComplete
    if !isReused { try await install(dependencies, receive: receive) }
    try await place(dependencies)
    let steps = try needed(plan.stack.build.compile, in: SourceFolder(release.source))
    try await run(steps, in: release.source, with: dependencies, receive: receive)
    await members.group?.remove()
    try ensurePages()
    try await blocking { [build, release, plan, user] in try await build.keep(release, of: plan, user: user) }
    try dependencies.refer(from: build.dependenciesLink)
    try await release.sync()
    return isReused ? "with the dependencies that were installed before" : "dependencies installed"
  }

  /// Whether nothing is to be installed or compiled, whichever files the steps would find.
  func isDone() async throws -> Bool {
    let dependencies = try await self.dependencies()
    guard dependencies.areComplete else { return false }
    let places = [source] + ((try? SourceFolder(dependencies.source)).map { [$0] } ?? [])
    return places.allSatisfy { needed(plan.stack.build.compile, in: $0).isEmpty }
  }

  private func ensurePages() throws {
    guard let pages = plan.fallbackPage ?? plan.pagesFolder else { return }
    let isThere = FileManager.default.fileExists(atPath: "\(release.source)/\(pages)")
    if !isThere { throw BuildFailure.noPages(of: plan, lacking: pages) }
  }

  private func install(_ dependencies: Dependencies, receive: (String) async -> Void) async throws {
    try await files.remove(dependencies.folder)
    let manager = FileManager.default
    // Until the manifests are the app's alone, no other user may pass.
    try manager.createDirectory(
      atPath: dependencies.folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try manager.createDirectory(atPath: dependencies.source, withIntermediateDirectories: false)
    for manifest in manifests { try await copy(manifest, to: dependencies.source) }
    try await files.giveAway(dependencies.source)
    try manager.setAttributes([.posixPermissions: 0o711], ofItemAtPath: dependencies.folder)
    try await files.makeFolder(dependencies.installed)
    let steps = needed(plan.stack.build.install, in: source)
    try await run(steps, in: dependencies.source, with: dependencies, receive: receive)
    try await blocking { try dependencies.complete() }
  }

  /// Copies a manifest, or all files in it if it is a folder, in the place of links what these lead to in the source.
  private func copy(_ manifest: String, to folder: String) async throws {
    let manager = FileManager.default
    if source.isFolder(manifest) {
      try manager.createDirectory(atPath: "\(folder)/\(manifest)", withIntermediateDirectories: true)
    }
    for path in try source.files(at: manifest) {
      let copy = "\(folder)/\(path)"
      try manager.createDirectory(atPath: copy.parentFolder, withIntermediateDirectories: true)
      _ = try await SourceFailure.naming(path) { try await source.open(path)?.copy(to: copy) }
    }
  }

  /// Moves the source to where it will run, and puts beside it what installing left beside the manifests.
  private func place(_ dependencies: Dependencies) async throws {
    let manager = FileManager.default
    try manager.moveItem(atPath: source.path, toPath: release.source)
    FaultPoint.pass("source moved")
    try await files.giveAway(release.source)
    try await copyInstalled(from: dependencies.source, to: release.source)
  }

  /// Copies what is not in the source yet, also into folders that are in both, as those of workspaces.
  private func copyInstalled(from installed: String, to source: String) async throws {
    let manager = FileManager.default
    for name in manager.names(in: installed) {
      let (from, to) = ("\(installed)/\(name)", "\(source)/\(name)")
      if !manager.isThere(to) {
        try await files.copyAsApp(from, to: to)
      } else if manager.isRealFolder(from), manager.isRealFolder(to) {
        try await copyInstalled(from: from, to: to)
      }
    }
  }

  private func needed(
    _ steps: [StackDescriptor.BuildStep], in source: SourceFolder
  ) -> [StackDescriptor.BuildStep] {
    steps.filter { $0.isNeeded(in: source, variables: plan.variables) }
  }

  private func run(
    _ steps: [StackDescriptor.BuildStep], in place: String, with dependencies: Dependencies,
    receive: (String) async -> Void
  ) async throws {
    var values = release.values(with: dependencies, plan: plan)
    values["source"] = place
    // What a step leaves running is ended with it, and does not go on in the middle of the next one.
    for step in steps {
      try await run(step.command.filled(with: values), in: place, values: values, receive: receive)
    }
  }

  private func run(
    _ words: [String], in place: String, values: [String: String], receive: (String) async -> Void
  ) async throws {
    let own = plan.buildVariables(filledWith: values)
    var environment = ProcessEnvironment.build(release).merging(own) { _, own in own }
    environment[ProcessTree.buildMark] = release.path
    let confined = try Sandbox(user: user.id, openFiles: Sandbox.mostOpenFiles).command(words)
    let entering = GroupEntry.command(confined, enteringIfPossible: members.group, by: program)
    var command = Command(entering, onlyWith: environment, in: place)
    command.family = members
    await receive("$ \(words.joined(separator: " "))")
    var tail = Tail(limit: BuildFailure.shownLines)
    let status = try await commands.run(command) { line in
      tail.append(line)
      await receive(line)
    }
    guard status != 0 else { return }
    throw BuildFailure.error(of: plan, "\(words.first ?? "") exited \(status)", lastLines: tail.lines, hint: nil)
  }

  private var files: AppFiles { AppFiles(commands: commands, user: user) }
}

/// Which dependencies.
extension ProcessBuild {
  private var manifests: [String] { source.paths(named: plan.stack.build.manifests.filled(with: plan.variables)) }

  /// The dependencies that belong to the manifests as they are, the steps that install them, and the programs that do so.
  private func dependencies() async throws -> Dependencies {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let programs = plan.stack.programs(for: source, variables: plan.variables).map { name in
      let path = SystemPrograms.path(of: name)?.canonicalPath ?? name
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return "\(path) \(attributes?[.size] ?? "") \(attributes?[.modificationDate] ?? "")"
    }
    let steps = needed(plan.stack.build.install, in: source).map { $0.command.filled(with: plan.variables) }
    // Two components install next to each other, each into a folder of its own.
    let facts =
      try encoder.encode([programs, [plan.component?.description ?? ""]] + steps)
      + encoder.encode(plan.buildVariables(filledWith: plan.variables))
    var digest = Digest()
    digest.add(facts)
    for path in try manifests.flatMap(source.files(at:)) {
      digest.add(Data("\(path)\0".utf8))
      try await SourceFailure.naming(path) { try await source.open(path)?.read { digest.add($0) } }
    }
    return Dependencies(folder: "\(allDependencies)/\(digest.text.prefix(16))")
  }
}

extension ReleaseFolder {
  /// What the standard variables of a descriptor stand for in this release, and the app's own.
  package func values(with dependencies: Dependencies, plan: ComponentPlan) -> [String: String] {
    plan.variables.merging(
      ["source": source, "files": files, "dependencies": dependencies.installed]
    ) { _, place in place }
  }
}

extension StackDescriptor {
  /// The programs of this machine that building and running an app from `source` takes.
  package func programs(for source: SourceFolder, variables: [String: String]) -> [String] {
    let steps = (build.install + build.compile).filter { $0.isNeeded(in: source, variables: variables) }
    let server = run.serve.map { _ in StaticSiteServer.command(configuration: "")[0] }
    let names =
      (steps.map(\.command) + [run.command]).compactMap { $0.first?.description } + (server.map { [$0] } ?? [])
    return Array(Set(names.filter { !$0.contains("$") && !$0.contains("/") })).sorted()
  }
}
