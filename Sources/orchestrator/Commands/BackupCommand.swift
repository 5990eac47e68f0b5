import ArgumentParser
import Orchestrator

struct BackupCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Save what is known of all apps to a file.",
    discussion: """
      The file holds apps, releases, ports, routes and the journal, all of one moment, also while others deploy. Images, the folders of \
      releases, logs, settings.yaml and plugins are not in it. A backup of the same name is replaced, any other file is left alone.

      EXAMPLES
        orchestrator backup /srv/backups/orchestrator.db
        orchestrator backup orchestrator.db --json
      """)

  @Argument(help: "The file to write.", completion: .file())
  var file: String

  @OptionGroup var global: GlobalOptions

  func execute(_ console: Console) async throws {
    try await engine(console).backUp(to: file)
    if global.json { console.json(["backup": file]) } else { console.result("Saved to \(file.printable).") }
  }
}
