import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorRuntimes
@testable import OrchestratorSystem

@Suite("Building an image")
struct ImageBuildTests {
  /// Builds with a docker that prints `output` and ends with `status`.
  private func build(
    _ plan: ComponentPlan = .sample(), printing output: [String], status: Int
  ) async throws -> (command: Command?, lines: [String]) {
    try await withTemporaryFolder { folder in
      try folder.write("source/app.txt", "hello")
      let docker = FakeCommandRunner(printing: output, status: status)
      let build = ImageBuild(
        plan: plan, context: folder("source"),
        labels: DockerLabels(ownNamespace: "orchestrator", stateFolder: "/state"),
        docker: try DockerAddress("unix:///var/run/docker.sock"), commands: docker)
      let lines = LineCollector()
      try await build.run { await lines.append($0) }
      return (docker.ran.first, await lines.lines)
    }
  }

  private actor LineCollector {
    private(set) var lines: [String] = []
    func append(_ line: String) { lines.append(line) }
  }

  @Test("runs docker with an argument vector, and never a shell")
  func command() throws {
    let build = ImageBuild(
      plan: .sample(release: .v(14)), context: "/c o;n$text",
      labels: DockerLabels(ownNamespace: "orchestrator", stateFolder: "/state"),
      docker: try DockerAddress("tcp://127.0.0.1:2375"), commands: FakeCommandRunner())
    let command = build.command("/c o;n$text.Dockerfile", inputs: "89ab")
    #expect(command.program == "docker")
    #expect(
      command.arguments == [
        "build", "--force-rm", "--tag", "orchestrator/blog:v14", "--file", "/c o;n$text.Dockerfile", "--label",
        "orchestrator.app=blog", "--label", "orchestrator.inputs=89ab", "--label",
        "orchestrator.namespace=orchestrator", "--label", "orchestrator.release=v14", "--label",
        "orchestrator.stack=stub", "--label", "orchestrator.state=/state", "/c o;n$text",
      ])
    #expect(command.environment["DOCKER_HOST"] == "tcp://127.0.0.1:2375")
    #expect(command.environment["BUILDKIT_PROGRESS"] == "plain")
  }

  @Test("passes the values of arguments where no other user of the machine can read them")
  func secrets() throws {
    var stack = StackDescriptor.sample()
    stack.build.recipe = .dockerfile(path: "Dockerfile")
    let values = ["TOKEN": "s3cret", "TITLE": "Shop"]
    let build = ImageBuild(
      plan: .sample(stack: stack, buildEnvironment: values), context: "/context",
      labels: DockerLabels(ownNamespace: "orchestrator", stateFolder: "/state"),
      docker: try DockerAddress("tcp://127.0.0.1:2375"), commands: FakeCommandRunner())
    let command = build.command("/context/Dockerfile", inputs: "")
    let arguments = zip(command.arguments, command.arguments.dropFirst()).filter { $0.0 == "--build-arg" }.map(\.1)
    #expect(arguments == ["TITLE", "TOKEN"])
    #expect(command.environment["TOKEN"] == "s3cret" && command.environment["TITLE"] == "Shop")
  }

  @Test("passes every line on")
  func lines() async throws {
    let built = try await build(printing: ["#1 load", "#2 done"], status: 0)
    #expect(built.lines == ["#1 load", "#2 done"])
    #expect(built.command?.arguments.last?.hasSuffix("/source") == true)
  }

  @Test("shows the last lines when it fails")
  func failure() async throws {
    let output = (1...30).map { "line \($0)" }
    let error = await #expect(throws: OrchestratorError.self) { try await build(printing: output, status: 1) }
    #expect(error?.code == .buildFailed)
    let shown = (11...30).map { "\n  | line \($0)" }.joined()
    #expect(error?.message == "the build of 'blog' failed (docker build exited 1); its last lines:" + shown)
  }

  @Test("says so when the disk is full", arguments: ["write /x: no space left on device", "No space left on device"])
  func diskFull(line: String) async throws {
    let error = await #expect(throws: OrchestratorError.self) {
      try await build(printing: ["ERROR: " + line], status: 1)
    }
    #expect(error?.code == .diskFull)
    #expect(error?.message == "the disk is full: there was no space left while building 'blog'")
  }

  @Test("says how to use another base image when this one cannot be pulled")
  func baseImage() async throws {
    let line = "ERROR: pull access denied for base, repository does not exist"
    let error = await #expect(throws: OrchestratorError.self) { try await build(printing: [line], status: 1) }
    #expect(error?.hint == "the base image 'base:1' could not be pulled; to use another in its place, set baseImages")
  }

  @Test("says that the image has no such program when a step cannot be started")
  func program() async throws {
    let line = #"runc run failed: exec: "pnpm": executable file not found in $PATH: unknown"#
    let error = await #expect(throws: OrchestratorError.self) { try await build(printing: [line], status: 127) }
    #expect(error?.hint == "the image 'base:1' has no program 'pnpm'; to use one that has it, set baseImages")
  }

  @Test(
    "says how to name the folder of the pages when the build left none",
    arguments: [
      "COPY failed: stat app/dist: file does not exist",
      "The command 'test -e dist/index.html' returned a non-zero code: 1",
      #"ERROR: failed to calculate checksum of ref x::y: "/app/dist": not found"#,
    ])
  func noPages(line: String) async throws {
    var stack = StackDescriptor.sample()
    stack.run.command = []
    stack.run.serve = .init(folder: Template("${output}"), fallback: nil, hashed: [])
    let plan = ComponentPlan.sample(component: .web, stack: stack, variables: ["output": "dist"], runBase: "nginx:1")
    let error = await #expect(throws: OrchestratorError.self) { try await build(plan, printing: [line], status: 1) }
    #expect(error?.message.hasPrefix("the build of the web of 'blog' failed (docker build exited 1)") == true)
    #expect(error?.hint == "if the build writes its pages elsewhere, say where with --set web.output=FOLDER")
  }
}
