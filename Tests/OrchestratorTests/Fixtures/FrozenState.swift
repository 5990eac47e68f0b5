import Foundation
import GRDB

@testable import Orchestrator
@testable import OrchestratorModel

/// State files as earlier versions left them; what SQLite printed of them stays as it is.
enum FrozenState: Int, CaseIterable {
  /// Of the first version. The app `blog` serves v2, and v3 was interrupted at 'build image'; of `shop`, two numbers were given.
  case schema1 = 1
  /// `blog`, as a process, and `shop`, in a container and in maintenance, serve v2. `STEP-RUNTIME` serves v2, and v3 was interrupted when
  /// STEP had run, for each step and each runtime. `gone` and `gone-too` were half destroyed.
  case schema6 = 6
  /// The same of the version that had builds and releases in one; a third release of `port-docker` failed before the fourth was interrupted.
  case schema7 = 7

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Goldens/store").path

  /// Puts the file into a state folder that has none.
  func write(into home: StateFolder) throws {
    let sql = try String(contentsOfFile: "\(Self.folder)/state-of-schema-v\(rawValue).sql", encoding: .utf8)
    let database = try DatabaseQueue(path: home.database)
    try database.writeWithoutTransaction { try $0.execute(sql: sql) }
    try database.close()
  }

  /// What that version wrote beside its state file, such as `process.json`.
  func file(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/files-of-schema-v\(rawValue)/\(name)"))
  }
}

/// Runs `body` with a state folder whose file is as an earlier version left it.
func withFrozenState(_ state: FrozenState, _ body: (StateFolder) async throws -> Void) async throws {
  try await withTemporaryFolder { folder in
    let home = StateFolder(try folder.makeFolder("home"))
    try state.write(into: home)
    try await body(home)
  }
}
