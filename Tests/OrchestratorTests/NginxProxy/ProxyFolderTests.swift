import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

@Suite("The proxy's folder")
struct ProxyFolderTests {
  private static let isRoot = geteuid() == 0
  private let user = NginxUser.new(firstUser: 630_000)

  /// Who has what, and how: `0:630000 750`.
  private func owner(_ path: String) -> String {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return "none" }
    return "\(facts.st_uid):\(facts.st_gid) \(String(facts.st_mode & 0o7777, radix: 8))"
  }

  @Test("is closed to all but root and nginx's user")
  func modes() async throws {
    try await withTemporaryFolder { temporary in
      let folder = ProxyFolder(path: temporary("proxy"))
      try await folder.prepare(for: user)
      try folder.write(.sample([.sample("shop")]), for: user)
      folder.expect(["shop.localhost-14000"])
      let (us, passable) = ("\(geteuid()):\(getegid())", Self.isRoot ? "711" : "700")
      for path in [folder.path, folder.path + "/generations"] { #expect(owner(path) == "\(us) \(passable)") }
      for path in [folder.run, folder.logs] { #expect(owner(path) == "\(user) 700") }
      #expect(owner(folder.generation(87)) == (Self.isRoot ? "0:630000 750" : "\(us) 700"))
      for name in ["nginx.conf", "apps/shop.conf", "pages/404.html"] {
        #expect(owner("\(folder.generation(87))/\(name)") == "\(us) 644")
      }
    }
  }

  @Test("of an earlier version is closed by whoever comes")
  func earlier() async throws {
    try await withTemporaryFolder { temporary in
      let folder = ProxyFolder(path: temporary("proxy"))
      for path in [folder.path, folder.path + "/generations/3", folder.run, folder.logs, folder.pendingHosts] {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
      }
      try await folder.prepare(for: user)
      for path in [folder.run, folder.logs] { #expect(owner(path) == "\(geteuid()):\(getegid()) 700") }
      try folder.give(to: user)
      #expect(owner(folder.generation(3)).hasSuffix(Self.isRoot ? "0:630000 750" : " 700"))
      for path in [folder.run, folder.logs] { #expect(owner(path) == "\(user) 700") }
    }
  }

  @Test(
    "is given to another user with all that nginx wrote, and with nothing of a stranger's",
    .enabled(if: isRoot, "only root can give"))
  func given() async throws {
    try await withTemporaryFolder { temporary in
      let folder = ProxyFolder(path: temporary("proxy"))
      try await folder.prepare(for: NginxUser(10001))
      let (log, temporaryFile) = (folder.logs + "/access.log", folder.run + "/proxy/1/0000000001")
      for file in [log, temporaryFile] {
        try FileManager.default.createDirectory(atPath: file.parentFolder, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
      }
      for path in [log, folder.run + "/proxy", folder.run + "/proxy/1", temporaryFile] { lchown(path, 10001, 10001) }
      // What it could have put there: a second name of root's own file, a link to it, and a link to a folder of root's.
      try temporary.write("secret/of-root", "1")
      link(temporary("secret/of-root"), folder.logs + "/error.log")
      symlink(temporary("secret/of-root"), folder.logs + "/linked")
      symlink(temporary("secret"), folder.run + "/linked")
      for path in [folder.logs + "/linked", folder.run + "/linked"] { lchown(path, 10001, 10001) }
      // A user of before who was interrupted.
      lchown(temporaryFile, 630_000, 630_000)
      try folder.give(to: user)
      for path in [folder.logs, folder.run, log, folder.run + "/proxy", folder.run + "/proxy/1", temporaryFile] {
        #expect(owner(path).hasPrefix("630000:630000"), "\(path)")
      }
      for path in ["secret", "secret/of-root"] { #expect(owner(temporary(path)).hasPrefix("0:0"), "\(path)") }
    }
  }

  @Test("that a link of nginx's user stands in for is not given", .enabled(if: isRoot, "only root can give"))
  func linked() async throws {
    try await withTemporaryFolder { temporary in
      let folder = ProxyFolder(path: temporary("proxy"))
      try await folder.prepare(for: NginxUser(10001))
      try temporary.makeFolder("secret")
      rmdir(folder.logs)
      symlink(temporary("secret"), folder.logs)
      let error = #expect(throws: OrchestratorError.self) { try folder.give(to: user) }
      #expect(error?.code == .stateUnwritable)
      #expect(owner(temporary("secret")).hasPrefix("0:0"))
    }
  }
}
