import Foundation
import OrchestratorModel
package import OrchestratorSystem

/// What git ignores in a source: git itself is asked, which knows all the places where that can be written.
package struct GitIgnore: Sendable, Equatable {
  /// Files and folders, relative to the source; of a folder that is ignored as a whole only the folder.
  package var paths: Set<String> = []
  /// Why git could not tell, if the source is under its control.
  package var problem: String?

  /// How long git may take: what it reads is a stranger's, and may be a pipe that is never written to.
  private static let limit = Duration.seconds(10)
  /// When it ends by itself, also where the command that asked it was killed, in seconds.
  private static let ownLimit = 15

  /// Asks git about the source; one that is not under its control ignores nothing.
  package static func of(
    _ source: SourceFolder, commands: any CommandRunner, clock: any Clock<Duration> = .continuous
  ) async throws -> GitIgnore {
    guard isUnderControl(source.path) else { return GitIgnore() }
    do {
      let (status, lines) = try await ask(question(of: source), commands: commands, clock: clock)
      if status != 0 { return unknown(lines.last ?? "") }
      return GitIgnore(paths: Set(lines.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }))
    } catch let error as OrchestratorError where error.code == .notFound {
      return unknown(error.message)
    } catch is CancellationError {
      try Task.checkCancellation()
      return unknown("it has not answered within \(limit.brief)")
    }
  }

  private static func unknown(_ reason: String) -> GitIgnore {
    GitIgnore(problem: "git does not tell what it ignores, so all of it comes along: \(reason)")
  }

  /// - Throws: `CancellationError` when it takes too long, or when our task is cancelled.
  private static func ask(
    _ question: Command, commands: any CommandRunner, clock: any Clock<Duration>
  ) async throws -> (status: Int, lines: [String]) {
    let asking = Task {
      var lines: [String] = []
      let status = try await commands.run(question) { lines.append($0) }
      return (status, lines)
    }
    let limiting = Task {
      try await clock.sleep(for: limit)
      asking.cancel()
    }
    defer { limiting.cancel() }
    return try await withTaskCancellationHandler {
      try await asking.value
    } onCancel: {
      asking.cancel()
    }
  }

  /// The question, asked as whom the source belongs to: a repository's settings can name programs, which are not to be run by root.
  private static func question(of source: SourceFolder) throws -> Command {
    guard let git = SystemPrograms.path(of: "git") else {
      throw OrchestratorError(.notFound, "git is not installed")
    }
    let other = geteuid() == 0 && source.author != 0 ? source.author : nil
    let settings = ["core.fsmonitor=false", "core.quotePath=false", "protocol.allow=never"].flatMap { ["-c", $0] }
    let words = [git] + settings + ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory"]
    // Nothing of our own environment may lead git elsewhere; its user's own list of what to ignore is at home.
    var environment = ["PATH": SystemPrograms.searchPath, "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"]
    if other == nil { environment["HOME"] = NSHomeDirectory() }
    return Command(
      limited(try other.map { try Sandbox(user: $0).command(words) } ?? words), onlyWith: environment,
      in: source.folder.lastingPath)
  }

  private static func limited(_ words: [String]) -> [String] {
    SystemPrograms.path(of: "timeout").map { [$0, "-k", "1", "\(ownLimit)"] + words } ?? words
  }

  private static func isUnderControl(_ path: String) -> Bool {
    let parents = sequence(first: path) { $0 == "/" ? nil : $0.parentFolder }
    return parents.contains { FileManager.default.fileExists(atPath: "\($0)/.git") }
  }
}
