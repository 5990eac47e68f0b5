import Foundation
import Orchestrator

/// Deploys many apps at the same time through the library, as a service does that works for others.
///
/// `deploy-many ROUNDS STACK FOLDER NAME…` deploys each app as often as is said, one time after the other, and prints a line for each
/// deployment: the app, then its release and port, or the code and the words of its error.
@main
struct DeployMany {
  static func main() async throws {
    let words = Array(CommandLine.arguments.dropFirst())
    guard words.count > 3, let rounds = Int(words[0]) else {
      FileHandle.standardError.write(Data("usage: deploy-many ROUNDS STACK FOLDER NAME…\n".utf8))
      exit(2)
    }
    let home = ProcessInfo.processInfo.environment["ORCHESTRATOR_HOME"] ?? NSHomeDirectory() + "/.orchestrator"
    let engine = try DeploymentEngine(try await .load(home: home))
    await withTaskGroup { group in
      for name in words.dropFirst(3) {
        group.addTask {
          for _ in 0..<rounds { write(await deploy(name, stack: words[1], from: words[2], with: engine)) }
        }
      }
    }
  }

  private static func deploy(
    _ name: String, stack: String, from source: String, with engine: DeploymentEngine
  ) async -> String {
    do {
      let app = AppSpec(name: try AppName(name), stack: stack, source: source)
      let release = try await engine.deploy(app, waiting: .seconds(300))
      return "\(name) \(release.number) \(release.components.first?.ports.first?.description ?? "-")"
    } catch let error as OrchestratorError {
      return "\(name) \(error.code.rawValue) \(error.message)"
    } catch {
      return "\(name) unexpected \(error)"
    }
  }

  /// A line at a time, whoever else writes.
  private static func write(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
