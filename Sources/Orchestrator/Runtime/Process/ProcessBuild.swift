import Foundation
import Glibc

/// Builds a release in the folder where it will run, by the very fields of the descriptor that make a Dockerfile.
struct ProcessBuild {
  let plan: DeploymentPlan
  /// The copy of the app's source.
  let source: SourceFolder
  let folder: ReleaseFolder
  let commands: any CommandRunner

  /// Installs what is not installed yet, compiles, and tells `receive` every line.
  ///
  /// - Returns: in a few words, what was built.
  /// - Throws: ``OrchestratorError`` with the code `build_failed`, `disk_full` or `state_unwritable`.
  func run(receive: (String) async -> Void) async throws -> String {
    for path in [folder.app, folder.files, folder.home, folder.temporary] { try makeFolder(path) }
    try await own(folder.app)
    let dependencies = try self.dependencies()
    try refer(to: dependencies)
    let isReused = dependencies.areComplete
    if !isReused { try await install(dependencies, receive: receive) }
    try await place(dependencies)
    try writeFiles()
    let whole = try SourceFolder(folder.source)
    let steps = plan.stack.build.compile.filter { $0.isNeeded(in: whole, variables: plan.variables) }
    try await run(steps, in: folder.source, with: dependencies, receive: receive)
    return isReused ? "with the dependencies that were installed before" : "dependencies installed"
  }

  private func install(_ dependencies: Dependencies, receive: (String) async -> Void) async throws {
    try? FileManager.default.removeItem(atPath: dependencies.folder)
    try makeFolder(dependencies.folder)
    try makeFolder(dependencies.source)
    for manifest in manifests { try await copy("\(source.path)/\(manifest)", to: "\(dependencies.source)/\(manifest)") }
    try await own(dependencies.folder)
    let steps = plan.stack.build.install.filter { $0.isNeeded(in: source, variables: plan.variables) }
    try await run(steps, in: dependencies.source, with: dependencies, receive: receive)
    try dependencies.complete()
  }

  /// Puts the source beside what installing left there, which must not be written over it.
  private func place(_ dependencies: Dependencies) async throws {
    let manager = FileManager.default
    try manager.moveItem(atPath: source.path, toPath: folder.source)
    let installed = (try? manager.contentsOfDirectory(atPath: dependencies.source)) ?? []
    for name in installed.sorted() where !manager.fileExists(atPath: "\(folder.source)/\(name)") {
      try await copy("\(dependencies.source)/\(name)", to: "\(folder.source)/\(name)")
    }
    try await own(folder.app)
  }

  private func writeFiles() throws {
    for (name, content) in plan.stack.build.files {
      try content.write(toFile: "\(folder.files)/\(name)", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(folder.files)/\(name)")
    }
  }

  private func run(
    _ steps: [StackDescriptor.BuildStep], in place: String, with dependencies: Dependencies,
    receive: (String) async -> Void
  ) async throws {
    let values = folder.values(with: dependencies, plan: plan)
    for step in steps {
      let words = step.command.filled(with: values.merging(["source": place]) { _, place in place })
      try await run(words, in: place, values: values, receive: receive)
    }
  }

  private func run(
    _ words: [String], in place: String, values: [String: String], receive: (String) async -> Void
  ) async throws {
    let own = plan.stack.build.env.filled(with: values)
    var environment = ProcessEnvironment.build(folder).merging(own) { _, own in own }
    environment[Self.markName] = folder.app
    let command = Command(
      try Confinement(user: AppUser.id(of: plan)).command(words), onlyWith: environment, in: place)
    await receive("$ \(words.joined(separator: " "))")
    var tail = Tail(limit: BuildFailure.shownLines)
    let status = try await commands.run(command) { line in
      tail.append(line)
      await receive(line)
    }
    if status != 0 {
      throw BuildFailure.error(of: plan, "\(words.first ?? "") exited \(status)", lastLines: tail.lines, hint: nil)
    }
  }
}

/// Where things are, and whose.
extension ProcessBuild {
  private static let markName = "ORCHESTRATOR_BUILD"

  /// Ends what a build started and could not wait for.
  static func endLeftovers(in folder: ReleaseFolder) async {
    await ProcessMembers(leader: nil, mark: "\(markName)=\(folder.app)").killAll()
  }

  private var manifests: [String] { source.paths(named: plan.stack.build.manifests.filled(with: plan.variables)) }

  /// The dependencies that belong to the manifests as they are, the steps that install them, and the programs that do so.
  private func dependencies() throws -> Dependencies {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let programs = plan.stack.programs(for: plan).map { name in
      let path = SystemPrograms.path(of: name)?.canonicalPath ?? name
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return "\(path) \(attributes?[.size] ?? "") \(attributes?[.modificationDate] ?? "")"
    }
    let steps = plan.stack.build.install.map { step in
      step.isNeeded(in: source, variables: plan.variables) ? step.command.filled(with: plan.variables) : []
    }
    let facts = try encoder.encode([programs] + steps) + encoder.encode(plan.stack.build.env)
    let digest = try Digest.of([facts] + manifests.flatMap(contents))
    return Dependencies(folder: "\(folder.allDependencies)/\(digest.prefix(16))")
  }

  /// The names and the contents of a manifest, or of all files in it if it is a folder.
  private func contents(of manifest: String) throws -> [Data] {
    let path = "\(source.path)/\(manifest)"
    guard source.isFolder(manifest) else { return [Data("\(manifest)\0".utf8), try Data(contentsOf: URL(fileURLWithPath: path))] }
    let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    return try names.flatMap { try contents(of: "\(manifest)/\($0)") }
  }

  private func refer(to dependencies: Dependencies) throws {
    unlink(folder.dependenciesLink)
    try FileManager.default.createSymbolicLink(
      atPath: folder.dependenciesLink, withDestinationPath: dependencies.folder)
  }

  private func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// Copies a file or a folder with all that is in it; where the file system can, without copying the contents.
  private func copy(_ path: String, to destination: String) async throws {
    try makeFolder(destination.parentFolder)
    try await system(["cp", "--archive", "--reflink=auto", "--no-target-directory", "--", path, destination])
  }

  /// Gives a folder with all that is in it to the app's user.
  private func own(_ path: String) async throws {
    guard let user = AppUser.id(of: plan) else { return }
    try await system(["chown", "--recursive", "--no-dereference", "\(user):\(user)", "--", path])
  }

  private func system(_ words: [String]) async throws {
    var tail = Tail(limit: 3)
    let status = try await commands.run(Command(words[0], Array(words.dropFirst()))) { tail.append($0) }
    guard status != 0 else { return }
    throw BuildFailure.error(of: plan, "\(words[0]) exited \(status)", lastLines: tail.lines, hint: nil)
  }
}

extension ReleaseFolder {
  /// What the standard variables of a descriptor stand for in this release, and the app's own.
  func values(with dependencies: Dependencies, plan: DeploymentPlan) -> [String: String] {
    plan.variables.merging(
      ["source": source, "files": files, "dependencies": dependencies.installed]
    ) { _, place in place }
  }
}

extension StackDescriptor {
  /// The programs of this machine that building and running the plan's app takes.
  func programs(for plan: DeploymentPlan) -> [String] {
    let commands = build.install.map(\.command) + build.compile.map(\.command) + [run.command]
    let names = commands.compactMap { $0.first?.description }.filter { !$0.contains("$") && !$0.contains("/") }
    return Array(Set(names)).sorted()
  }
}
