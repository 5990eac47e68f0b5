import Foundation
import Testing

@testable import OrchestratorModel

@Suite("Writing a file for everybody")
struct FilesTests {
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
