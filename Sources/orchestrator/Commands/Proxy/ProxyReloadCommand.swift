import ArgumentParser
import Orchestrator

struct ProxyReloadCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Make the proxy's files anew, and have nginx read them.",
    discussion: """
      Nothing is lost by it: nginx checks the files first, and goes on with those before if it refuses them. What it refused of an app \
      before is tried again. Ends with 6 if apps cannot be reached, as another program has their public port.

      EXAMPLES
        orchestrator proxy reload
        orchestrator proxy reload --json
      """)

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let change = try await engine(console).reloadProxy()
    if global.json {
      console.json(Report(change))
    } else {
      for notice in change.notes + change.problems { console.progress(notice.text) }
      console.result(
        change.generation == 0
          ? "The proxy does not run, as no app needs it." : "nginx serves generation \(change.generation).")
    }
    if !change.problems.isEmpty { throw ExitCode(ExitStatus.needsAttention.rawValue) }
  }

  private struct Report: Encodable {
    let generation: Int
    let notes: [String]
    let problems: [String]

    init(_ change: ProxyChange) {
      (generation, notes, problems) = (change.generation, change.notes.map(\.text), change.problems.map(\.text))
    }
  }
}
