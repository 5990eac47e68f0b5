import Foundation
package import OrchestratorModel
package import OrchestratorSystem

/// Working on files that belong to an app's user, who may be changing them at the same time.
///
/// It is left to coreutils, whose tools go down a tree folder by folder and never through a link that was put in their way.
package struct AppFiles: Sendable {
  package let commands: any CommandRunner
  package let user: AppUser

  package init(commands: any CommandRunner, user: AppUser) {
    (self.commands, self.user) = (commands, user)
  }

  /// A tool that did not do its work, with its own words.
  package struct Failure: Error {
    package let words: [String]
    package let output: [String]
  }

  /// Makes a new folder that is the app's.
  package func makeFolder(_ path: String) async throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try await giveAway(path)
  }

  /// Gives a folder with all that is in it to the app's user, and closes it to all others.
  func giveAway(_ path: String) async throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    guard let id = user.id else { return }
    try await run(["chown", "--recursive", "--no-dereference", "\(id):\(id)", "--", path])
  }

  /// Copies what is at `path` as the app's user does; where the file system can, without copying the contents.
  func copyAsApp(_ path: String, to destination: String) async throws {
    try await run(try Sandbox(user: user.id).command(copying(path, to: destination)))
  }

  /// Copies a folder that is ours alone to one that is not there; where the file system can, without copying the contents.
  func copy(_ path: String, to destination: String) async throws { try await run(copying(path, to: destination)) }

  private func copying(_ path: String, to destination: String) -> [String] {
    ["cp", "--archive", "--reflink=auto", "--no-target-directory", "--", path, destination]
  }

  /// Makes sure that nothing is at `path`.
  package func remove(_ path: String) async throws {
    guard FileManager.default.isThere(path) else { return }
    try await run(["rm", "--recursive", "--force", "--one-file-system", "--", path])
  }

  private func run(_ words: [String]) async throws {
    var tail = Tail(limit: 3)
    let environment = ["PATH": SystemPrograms.searchPath, "LANG": "C.UTF-8"]
    let status = try await commands.run(Command(words, onlyWith: environment, in: "/")) { tail.append($0) }
    if status != 0 { throw Failure(words: words, output: tail.lines) }
  }
}

extension AppFiles.Failure: ExplainableError {
  package var explained: OrchestratorError {
    let text = output.joined(separator: "; ")
    if text.localizedCaseInsensitiveContains("no space left on device") {
      return .diskFull(while: "preparing the release")
    }
    return OrchestratorError(
      .stateUnwritable, "\(words.first ?? "") did not do its work: \(text.printable)",
      hint: "check the permissions of the state folder, and its disk", underlying: self)
  }
}
