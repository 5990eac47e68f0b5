import Foundation
import Subprocess
import SystemPackage

@testable import Orchestrator
@testable import OrchestratorModel

/// The npm registry of these tests, on this machine: it has what the sample needs, made from Debian's packages.
struct NPMRegistry: Sendable {
  /// The registry's port, on 127.0.0.1 and where containers find this machine.
  let port: Int
  /// The address of this machine as containers of the default network see it.
  let gateway: String

  /// The one registry that all tests use; it ends with them.
  static func running() async throws -> NPMRegistry { try await shared.value }

  private static let shared = Task { try await start() }

  struct Failure: Error {
    let output: String
  }

  /// What a project needs to install from the registry where it is built.
  func settings(for runtime: RuntimeName) -> String {
    let host = runtime == .docker ? gateway : "127.0.0.1"
    // A lock file is to name no registry, as it is made here and used there.
    return "registry=http://\(host):\(port)/\nomit-lockfile-registry-resolved=true\n"
  }

  private static func start() async throws -> NPMRegistry {
    let network = [
      "network", "inspect", "bridge", "--format", "{{with index .IPAM.Config 0}}{{.Subnet}} {{.Gateway}}{{end}}",
    ]
    let words = try await Program.run("docker", network).output.split(whereSeparator: \.isWhitespace).map(String.init)
    // A daemon that was started for the first time does not tell its address: it is the first of its network.
    let gateway = words.count > 1 ? words[1] : (words.first ?? "").replacing(/0\/\d+$/, with: "1")
    // The registry ends when nobody holds the other end of its input any more, however we end.
    let input = try FileDescriptor.pipe()
    _ = fcntl(input.writeEnd.rawValue, F_SETFD, FD_CLOEXEC)
    let (lines, found) = AsyncStream.makeStream(of: String.self)
    Task.detached {
      let arguments = ["Tests/NPMRegistry/serve.py", ".build-npm-packages", "--port", "0", "--bind", "127.0.0.1"]
      _ = try await Subprocess.run(
        .name("python3"), arguments: Arguments(arguments + ["--bind", gateway, "--until-stdin-closes"]),
        workingDirectory: FilePath(TestApp.root),
        input: .fileDescriptor(input.readEnd, closeAfterSpawningProcess: true),
        output: .sequence, error: .discarded
      ) { execution in
        for try await line in execution.standardOutput.strings() { found.yield(line) }
      }
      found.finish()
    }
    for await line in lines {
      if let match = line.firstMatch(of: /listening on (\d+)/), let port = Int(match.1) {
        return NPMRegistry(port: port, gateway: gateway)
      }
    }
    throw Failure(output: "the registry did not start; Scripts/set-up-tests.sh npm-packages makes what it serves")
  }
}
