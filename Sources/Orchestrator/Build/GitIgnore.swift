import Foundation

/// What git ignores in a source: git itself is asked, which knows all the places where that can be written.
struct GitIgnore: Sendable {
  /// Files and folders, relative to the source; of a folder that is ignored as a whole only the folder.
  var paths: Set<String> = []
  /// Why git could not tell, if the source is under its control.
  var problem: String?

  /// Asks git about the source; one that is not under its control ignores nothing.
  static func of(_ source: SourceFolder, commands: any CommandRunner) async throws -> GitIgnore {
    guard isUnderControl(source.path) else { return GitIgnore() }
    // The source may be another user's: git shall look at it all the same, and run nothing that its settings name.
    let settings = ["safe.directory=*", "core.fsmonitor=false", "core.quotePath=false"].flatMap { ["-c", $0] }
    let question = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory"]
    var lines: [String] = []
    do {
      let status = try await commands.run(Command("git", settings + ["-C", source.path] + question)) { lines.append($0) }
      if status == 0 { return GitIgnore(paths: Set(lines.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 })) }
    } catch let error as OrchestratorError where error.code == .notFound {
      lines = [error.message]
    }
    return GitIgnore(problem: "git does not tell what it ignores, so all of it comes along: \(lines.last ?? "")")
  }

  private static func isUnderControl(_ path: String) -> Bool {
    let parents = sequence(first: path) { $0 == "/" ? nil : $0.parentFolder }
    return parents.contains { FileManager.default.fileExists(atPath: "\($0)/.git") }
  }
}
