import Foundation
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Opening the state file")
struct OpeningTests {
  @Test("keeps it, and what SQLite puts beside it, to its owner")
  func ownerOnly() async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(folder("home"))
      let store = try Store(in: home)
      _ = try await store.addRelease(.sample())
      for suffix in ["", "-wal", "-shm"] { #expect(permissions(of: home.database + suffix) == 0o600) }
    }
  }

  @Test("closes to others what a person put beside it, but not what a link leads to")
  func closed() throws {
    try withTemporaryFolder { folder in
      let home = StateFolder(folder("home"))
      try folder.write("home/settings.yaml", "domain: localhost")
      try folder.makeFolder("stacks")
      try folder.link("home/plugins", to: folder("stacks"))
      _ = try Store(in: home)
      #expect(permissions(of: home.settings).map { $0 & 0o007 } == 0)
      #expect(permissions(of: folder("stacks")) == 0o755)
      try folder.remove("home/plugins")
      try folder.write("home/plugins/shop.yaml")
      _ = try Store(in: home)
      #expect(permissions(of: home.plugins).map { $0 & 0o007 } == 0)
    }
  }

  @Test("finds what was written before")
  func reopened() async throws {
    try await withTemporaryFolder { folder in
      let plan = try await Store(in: StateFolder(folder("home"))).addRelease(.sample())
      let rows = try await Store(in: StateFolder(folder("home"))).releases(of: .blog)
      #expect(rows.map(\.plan) == [plan])
    }
  }

  @Test("of a newer program is refused")
  func newer() async throws {
    try await withTemporaryFolder { folder in
      let home = StateFolder(folder("home"))
      try await Store(in: home).write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v999')") }
      let error = #expect(throws: OrchestratorError.self) { try Store(in: home) }
      #expect(error?.code == .stateTooNew)
      #expect(error?.message == "the state file '\(home.database)' was made by a newer orchestrator")
      #expect(error?.hint?.hasPrefix("update this program") == true)
    }
  }

  @Test("that is no database is refused, and left as it is")
  func garbage() throws {
    try withTemporaryFolder { folder in
      let garbage = String(repeating: "this is no database. ", count: 100)
      try folder.write("home/state.db", garbage)
      let error = #expect(throws: OrchestratorError.self) { try Store(in: StateFolder(folder("home"))) }
      #expect(error?.code == .stateUnreadable)
      #expect(error?.message.hasSuffix("is damaged") == true)
      try #expect(folder.text(of: "home/state.db") == garbage)
    }
  }

  @Test("of another user is refused, also to root, with the user whose it is")
  func anothers() throws {
    try withTemporaryFolder { folder in
      let home = StateFolder(folder("home"))
      _ = try Store(in: home)
      try home.ensureOwned(by: geteuid())
      let error = #expect(throws: OrchestratorError.self) { try home.ensureOwned(by: geteuid() + 1) }
      #expect(error?.code == .stateUnwritable)
      let owner = String(cString: getpwuid(geteuid()).pointee.pw_name)
      #expect(
        error?.message == "the state folder '\(home.path)' belongs to \(owner), and only that user can work with it")
      #expect(error?.hint?.hasPrefix("run it as that user: sudo -u \(owner) orchestrator …") == true)
    }
  }

  @Test("in a folder that cannot be made is refused", arguments: ["file/home", "file"])
  func notAFolder(path: String) throws {
    try withTemporaryFolder { folder in
      try folder.write("file")
      let error = #expect(throws: OrchestratorError.self) { try Store(in: StateFolder(folder(path))) }
      #expect(error?.code == .stateUnwritable)
      #expect(error?.message == "the state folder '\(folder(path))' cannot be written to")
    }
  }
}
