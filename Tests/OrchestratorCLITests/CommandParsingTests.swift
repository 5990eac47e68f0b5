import ArgumentParser
import Orchestrator
import Testing

@testable import OrchestratorCLI

@Suite("The command line")
struct CommandParsingTests {
  /// One line for every subcommand, as a person types it.
  static let lines = [
    "deploy flask ./shop --subdomain shop",
    "deploy flask . --subdomain shop --set wsgi=app:app --health-path /up --json",
    "list", "list --json --home /srv/state", "status shop", "logs shop", "logs shop -f -n 20 --release v3",
    "logs shop --build",
    "destroy shop --yes", "destroy shop -y -q", "stacks list --plugins a --plugins b", "stacks show flask",
    "stacks validate Plugins", "proxy status --verbose",
    "deploy flask . --subdomain shop --runtime process", "reconcile", "reconcile --json", "reconcile --dry-run",
    "doctor", "doctor --fix --json", "prune --dry-run", "prune --keep 2", "backup state.db", "restore state.db --json",
    "proxy stop",
    "deploy mern . --subdomain shop --set frontend=web --set backend.entry=api.js --build-env VITE_TITLE=Shop",
    "logs shop --component backend", "deploy --wait flask . --subdomain shop", "destroy --wait shop -y",
    "destroy shop -y --wait=30s",
  ]

  @Test("understands every command", arguments: lines)
  func parses(_ line: String) throws {
    let words = WaitOption.spelledOut(line.split(separator: " ").map(String.init))
    let command = try OrchestratorCommand.parseAsRoot(words)
    #expect(command is any EngineCommand)
  }

  @Test(
    "waits as long as is said, wherever that stands, and for an hour without a word",
    arguments: [
      ("deploy flask . --subdomain shop --wait=1s --home /x", 1), ("deploy --wait=2m flask . --subdomain shop", 120),
      ("deploy flask . --subdomain shop --wait --json", 3600), ("deploy --wait flask . --subdomain shop", 3600),
      ("deploy flask . --subdomain shop", 0),
    ])
  func waits(line: String, seconds: Double) throws {
    let words = WaitOption.spelledOut(line.split(separator: " ").map(String.init))
    let command = try #require(try OrchestratorCommand.parseAsRoot(words) as? DeployCommand)
    #expect(try command.waiting.duration().seconds == seconds)
  }

  @Test(
    "refuses what it does not understand",
    arguments: [
      "deploy", "deploy flask", "deploy flask . ", "list --jsn", "logs", "logs shop --tail -1", "fly", "stacks show",
    ])
  func refuses(_ line: String) {
    #expect(throws: (any Error).self) {
      try OrchestratorCommand.parseAsRoot(line.split(separator: " ").map(String.init))
    }
  }

  @Test("every command's help has examples")
  func examples() {
    for command in Self.commands(of: OrchestratorCommand.self) where command is any EngineCommand.Type {
      let help = command.helpMessage(columns: 100)
      #expect(help.contains("EXAMPLES"), "\(command)")
      #expect(help.contains("--json"), "\(command)")
    }
  }

  @Test(
    "shell completions are generated for every shell that ArgumentParser knows", arguments: CompletionShell.allCases)
  func completions(_ shell: CompletionShell) {
    let script = OrchestratorCommand.completionScript(for: shell)
    #expect(script.contains("deploy") && script.contains("subdomain"))
  }

  static func commands(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    [command] + command.configuration.subcommands.flatMap(commands)
  }
}
