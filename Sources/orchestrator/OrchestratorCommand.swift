import ArgumentParser
import Foundation
import Orchestrator
import OrchestratorSystem

/// The program: parses its arguments, runs a command and ends with its exit status.
@main
struct OrchestratorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "orchestrator",
    abstract: "Runs many web apps side by side on one machine, and deploys them without dropping a request.",
    discussion: """
      Each app lives at its own subdomain of its stack's public port. A deploy builds the app, starts it beside the version \
      that serves, waits until it is healthy, moves the traffic and retires the old version. Whatever fails is undone.

      EXAMPLES
        orchestrator deploy flask ./shop --subdomain shop
        orchestrator list
        orchestrator logs shop -f
        orchestrator destroy shop --yes

      EXIT STATUS
        0 done · 1 failed · 2 usage · 3 not found · 4 busy or in conflict · 5 failed and rolled back ·
        6 needs attention: something could not be undone · 130 interrupted and rolled back
      """,
    version: "0.1.0",
    subcommands: [
      DeployCommand.self, ListCommand.self, StatusCommand.self, LogsCommand.self, ScaleCommand.self,
      MaintenanceCommand.self,
      DestroyCommand.self,
      ReconcileCommand.self, DoctorCommand.self, PruneCommand.self, BackupCommand.self, RestoreCommand.self,
      StacksCommand.self, ProxyCommand.self, SuperviseCommand.self,
    ])

  static func main() async {
    GroupEntry.runIfMeant()
    Terminal.occupyClosedStreams()
    do {
      var command = try parseAsRoot(WaitOption.spelledOut(Array(CommandLine.arguments.dropFirst())))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }

  /// Ends the program: help goes to stdout, usage errors end with 2.
  private static func end(with error: any Error) -> Never {
    let status = exitCode(for: error)
    let message = fullMessage(for: error).printableLines
    if !message.isEmpty { (status.isSuccess ? Terminal.standardOutput : .standardError).print(message) }
    if status.isSuccess, let failure = Terminal.standardOutput.failure {
      Terminal.standardError.print("Error: stdout cannot be written to: \(failure)")
      Foundation.exit(ExitStatus.failed.rawValue)
    }
    Foundation.exit(status == .validationFailure ? ExitStatus.usage.rawValue : status.rawValue)
  }
}
