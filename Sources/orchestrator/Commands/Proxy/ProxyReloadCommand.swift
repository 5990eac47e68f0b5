import ArgumentParser
import Orchestrator

struct ProxyReloadCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Make the proxy's files anew, and have nginx read them.",
    discussion: """
      Nothing is lost by it: nginx checks the files first, and goes on with those before if it refuses them. What it refused of an app \
      before is tried again.

      EXAMPLES
        orchestrator proxy reload
        orchestrator proxy reload --json
      """)

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    let outcome = try await engine(console).reloadProxy()
    if global.json { return console.json(Reload(generation: outcome.generation, notes: outcome.notes)) }
    for note in outcome.notes { console.progress(note) }
    console.result(
      outcome.generation == 0
        ? "The proxy does not run, as no app needs it." : "nginx serves generation \(outcome.generation).")
  }

  private struct Reload: Encodable {
    let generation: Int
    let notes: [String]
  }
}
