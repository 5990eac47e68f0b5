import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorRuntimes

@Suite("What an image is made from")
struct BuildInputsTests {
  /// What tells one build from another.
  private struct Inputs {
    var stack = StackDescriptor.sample()
    var release = ReleaseNumber.v(1)
    var values: [String: String] = [:]
    var bases = ["sha256:1"]

    mutating func bringDockerfile() { stack.build.recipe = .dockerfile(path: "Dockerfile") }
  }

  private func digest(
    _ change: (inout Inputs) -> Void = { _ in }, of write: (TemporaryFolder) throws -> Void = { _ in }
  ) async throws -> String {
    try await withTemporaryFolder { folder in
      try folder.write(["app.py": "a", "bin/start": "b", "Dockerfile": "FROM x"])
      try folder.link("link", to: "app.py")
      try write(folder)
      var inputs = Inputs()
      change(&inputs)
      let plan = ComponentPlan.sample(release: inputs.release, stack: inputs.stack, buildEnvironment: inputs.values)
      return try await ImageBuild(
        plan: plan, context: folder.path, user: plan.containerUser(first: 30_000),
        labels: DockerLabels(ownNamespace: "orchestrator", stateFolder: "/state"),
        docker: DockerAddress("unix:///var/run/docker.sock"), commands: FakeCommandRunner(), bases: inputs.bases
      ).inputs()
    }
  }

  @Test("is the same for the same source, whatever the release, where and when it was copied")
  func same() async throws {
    let first = try await digest()
    let other = try await digest {
      $0.release = .v(2)
    } of: { folder in
      try FileManager.default.setAttributes([.modificationDate: Date.distantPast], ofItemAtPath: folder("app.py"))
    }
    #expect(first == other)
  }

  @Test("is another for whatever the image depends on")
  func others() async throws {
    let digests = [
      try await digest(), try await digest { $0.bases = ["sha256:2"] },
      try await digest { $0.stack.build.files = ["a": "b"] },
      try await digest { $0.stack.run.user = .numbers("10002:10002") }, try await digest { $0.values = ["A": "b"] },
      try await digest { $0.bringDockerfile() },
      try await digest {
        $0.bringDockerfile()
        $0.values = ["A": "b"]
      },
      try await digest(of: { try $0.write("app.py", "c") }), try await digest(of: { try $0.write("more", "") }),
      try await digest(of: { _ = chmod($0("bin/start"), 0o755) }),
      try await digest(of: {
        try $0.remove("link")
        try $0.link("link", to: "bin/start")
      }),
      try await digest(of: { try $0.makeFolder("empty") }),
    ]
    #expect(Set(digests).count == digests.count)
  }
}
