import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

@Suite("Writing what is to survive a loss of power")
struct DurableTests {
  @Test("puts a new file in the place of the old one, for its owner alone, and leaves nothing beside it")
  func replacing() throws {
    try withTemporaryFolder { folder in
      try folder.write("file", "old")
      // Somebody was killed who was writing it.
      try folder.write("file.new", "half")
      try Durable.replace(folder("file"), with: Data("new".utf8))
      try #expect(folder.text(of: "file") == "new")
      #expect(permissions(of: folder("file")) == 0o600 && !folder.has("file.new"))
    }
  }

  @Test("leaves the old file where there is no room for the new one, or no right to it")
  func failing() throws {
    try withTemporaryFolder { folder in
      try folder.write("file", "old")
      _ = asNobody {
        #expect(throws: Errno.self) { try Durable.replace(folder("file"), with: Data("new".utf8)) }
      }
      try #expect(folder.text(of: "file") == "old")
      #expect(Errno.noSpace.isOutOfSpace && !Errno.permissionDenied.isOutOfSpace)
      #expect(StateFolder(folder.path).unwritable(Errno.noSpace).code == .diskFull)
    }
  }

  @Test("syncs files and folders, few or many, and throws for what is not there")
  func syncing() throws {
    try withTemporaryFolder { folder in
      for number in 1...120 { try folder.write("\(number)") }
      try Durable.sync((1...120).map { folder("\($0)") }, in: folder.path)
      try Durable.sync([folder("1"), folder.path], in: folder.path)
      try Durable.syncFileSystem(of: folder.path)
      #expect(throws: Errno.noSuchFileOrDirectory) { try Durable.sync(folder("none")) }
      // What an app put in the way is neither followed nor waited for.
      try folder.link("link", to: folder("1"))
      #expect(throws: Errno.self) { try Durable.sync(folder("link")) }
      #expect(mkfifo(folder("pipe"), 0o600) == 0)
      try Durable.sync(folder("pipe"))
    }
  }
}
