import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

extension Integration {
  @Suite("When the power fails", .enabled(if: getuid() == 0, "only root can mount a disk"))
  struct PowerLossTests {
    @Test(
      "right after a deploy, the release that was said to be live is there, and served by reconcile", .lane(.process))
    func afterDeploy() async throws {
      let installation = try await Installation(
        on: .process, namespace: "orchestrator-test-l", portOffset: 11_510, firstUser: 280_000,
        isNetworkIsolated: false)
      let disk = installation.home + ".img"
      defer { for file in [disk, disk + ".after"] { unlink(file) } }
      #expect(FileManager.default.createFile(atPath: disk, contents: nil))
      for words in [["truncate", "--size", "96M", disk], ["mkfs.ext4", "-q", disk]] {
        let made = try await Program.run(words[0], Array(words.dropFirst()))
        try #require(made.status == 0, "a disk is needed: \(made.all)")
      }
      try await installation.onDisk(mountedBy: ["-o", "loop", disk], with: "lasting") {
        let app = try TestApp(["app.py": TestApp.plainSource("first"), "packages.txt": "alpha"])
        try await installation.deploy("installing", app, as: "lasting")
        try app.write("app.py", TestApp.plainSource("second"))
        try app.write("packages.txt", "beta")
        try await installation.deploy("installing", app, as: "lasting")
        // What the system has not written yet is not in the copy.
        try FileManager.default.copyItem(atPath: disk, toPath: disk + ".after")
      }
      try await installation.onDisk(mountedBy: ["-o", "loop", disk + ".after"], with: "lasting") {
        #expect(try await installation.liveRelease(of: "lasting") == ReleaseNumber("v2"))
        let proxy = ProxyFolder(path: installation.home + "/proxy")
        let current = try #require(proxy.current())
        #expect(proxy.holds(current))
        #expect(
          FileManager.default.fileExists(atPath: "\(installation.home)/releases/lasting/v2/app/source/modules/beta"))
        let run = try await installation.orchestrator("reconcile")
        #expect(run.status == 0, "\(run.all)")
        try await eventually {
          try await installation.get("lasting", port: TestStacks.installingPort).text == "second v2"
        }
        #expect(try await installation.disorder(of: "lasting") == [])
      }
    }
  }
}
