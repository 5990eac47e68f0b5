import Foundation
import Testing

@testable import OrchestratorModel

@Suite("Writing a file for everybody")
struct FilesTests {
  @Test("a path is the same before and after what is at its end was made, whatever links lead there")
  func canonicalPath() throws {
    try withTemporaryFolder { folder in
      try folder.makeFolder("data")
      try folder.link("home", to: "data")
      let before = folder("home/some/where").canonicalPath
      #expect(before == folder.path.canonicalPath + "/data/some/where")
      try folder.makeFolder("data/some/where")
      #expect(folder("home/some/where").canonicalPath == before)
      #expect("/no-such-folder/x".canonicalPath == "/no-such-folder/x" && "/".canonicalPath == "/")
    }
  }

  @Test("takes the place of what has the name, also of a link, and of what one left that was killed; all may read it")
  func readable() throws {
    try withTemporaryFolder { folder in
      try folder.write("other", "untouched")
      for name in ["file", ".file.orchestrator"] {
        try FileManager.default.createSymbolicLink(atPath: folder(name), withDestinationPath: folder("other"))
      }
      try "text".writeReadable(to: folder("file"))
      #expect(FileManager.default.isRealFile(folder("file")))
      #expect(FileManager.default.contents(atPath: folder("file")) == Data("text".utf8))
      #expect(FileManager.default.contents(atPath: folder("other")) == Data("untouched".utf8))
      #expect(FileManager.default.names(in: folder.path) == ["file", "other"])
      let mode = try FileManager.default.attributesOfItem(atPath: folder("file"))[.posixPermissions] as? Int
      #expect(mode == 0o644)
    }
  }
}

extension FileManager {
  fileprivate func isRealFile(_ path: String) -> Bool {
    (try? attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeRegular
  }
}
