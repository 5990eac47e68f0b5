import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension Integration {
  @Suite("On a full disk", .enabled(if: getuid() == 0, "only root can mount a small disk"))
  struct FullDiskTests {
    @Test(
      "with nothing left everything can be looked at, and room can be made: the reserve is given up for that, and made anew",
      arguments: Lane.runtimes)
    func nothingLeft(on runtime: RuntimeName) async throws {
      try await withSmallDisk(on: runtime) { installation, app in
        try installation.fillDisk(leaving: 0)
        for words in [
          ["list"], ["status", "squeezed"], ["logs", "squeezed"], ["proxy", "status"], ["list", "--json"],
        ] {
          let run = try await installation.orchestrator(words)
          #expect(run.status == 0, "\(words): \(run.all)")
        }
        let doctor = try await installation.orchestrator("doctor")
        #expect(doctor.output.contains(" 0 bytes of "), "\(doctor.all)")
        #expect(doctor.output.contains("state.db is whole"), "\(doctor.all)")
        #expect(installation.hasReserve)

        let pruned = try await installation.orchestrator("prune", "--keep", "2")
        #expect(pruned.status == 0 && pruned.output.contains("removed squeezed v1"), "\(pruned.all)")
        #expect(!installation.hasReserve)
        // Without a reserve it takes room for nginx's files.
        try installation.fillDisk(leaving: 400_000)
        let destroyed = try await installation.orchestrator("destroy", "squeezed", "--yes")
        #expect(destroyed.status == 0, "\(destroyed.all)")

        installation.emptyDisk()
        #expect(try await installation.orchestrator("list").status == 0)
        #expect(installation.hasReserve)
        try await installation.deploy("plain", app, as: "squeezed")
      }
    }

    @Test("destroys an app while nothing is left", arguments: Lane.runtimes)
    func destroyed(on runtime: RuntimeName) async throws {
      try await withSmallDisk(on: runtime) { installation, _ in
        try installation.fillDisk(leaving: 0)
        let run = try await installation.orchestrator("destroy", "squeezed", "--yes")
        #expect(run.status == 0, "\(run.all)")
        #expect(try await installation.workloads() == [])
      }
    }

    @Test(
      "with little left no command waits for itself, also with a deployment to undo, and without a reserve",
      .lane(.process))
    func littleLeft() async throws {
      try await withSmallDisk(on: .process) { installation, app in
        let deployment = ["deploy", "plain", app.folder, "--subdomain", "squeezed"]
        let points = try await installation.points(of: deployment)
        let last = try #require(points.firstIndex { $0.hasPrefix("before store commit") })
        for kilobytes in [0, 4, 12, 28, 60, 120, 500] {
          installation.emptyDisk()
          _ = try await installation.orchestrator("list")
          let killed = try await installation.orchestrator(
            deployment, environment: ["ORCHESTRATOR_DIE_AT": "\(last + 1)"])
          try #require(killed.status == 137, "\(killed.all)")
          unlink(installation.home + "/reserve")
          try installation.fillDisk(leaving: kilobytes << 10)
          for words in [["list"], ["prune", "--keep", "2"], deployment] {
            let run = try await installation.orchestrator(words)
            #expect(!run.errors.contains("waiting: "), "\(kilobytes) kB, \(words): \(run.all)")
            #expect(words != ["list"] || run.status == 0, "\(kilobytes) kB: \(run.all)")
            #expect(try await installation.get("squeezed", port: TestStacks.plainPort).status == 200)
          }
        }
        installation.emptyDisk()
        #expect(try await installation.orchestrator("list").status == 0)
        #expect(try await installation.disorder(of: "squeezed") == [])
      }
    }
  }
}

/// Does `work` with an installation whose state folder is on a disk of 48 MiB, where the third release of the app `squeezed` serves.
private func withSmallDisk(
  on runtime: RuntimeName, _ work: (Installation, TestApp) async throws -> Void
) async throws {
  let installation = try await Installation(
    on: runtime, namespace: "orchestrator-test-d-\(runtime.rawValue)",
    portOffset: runtime == .docker ? 10_380 : 11_480, firstUser: runtime == .docker ? 260_000 : 270_000,
    isNetworkIsolated: false)
  try await installation.onDisk(mountedBy: ["-t", "tmpfs", "-o", "size=48m,mode=711", "tmpfs"], with: "squeezed") {
    let app = try TestApp.plain()
    for _ in 1...3 { try await installation.deploy("plain", app, as: "squeezed") }
    try #require(installation.hasReserve)
    try await work(installation, app)
  }
}

extension Installation {
  fileprivate var hasReserve: Bool { FileManager.default.fileExists(atPath: home + "/reserve") }
}
