import ArgumentParser
import Orchestrator

struct LogsCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show what an app, or its build, printed.",
    discussion: """
      The logs of a release are kept when it is retired, and when its deployment fails.

      EXAMPLES
        orchestrator logs shop -f
        orchestrator logs shop --release v14
        orchestrator logs shop --build --tail 50
        orchestrator logs shop --component backend
      """)

  @Argument(help: "The app's name.")
  var name: String

  @Flag(name: .shortAndLong, help: "Go on with new lines as they come, until Ctrl-C.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("Show the last lines only.", valueName: "lines"))
  var tail: Int?

  @Option(help: ArgumentHelp("The release, such as v14 (default: the one that serves).", valueName: "release"))
  var release: String?

  @Option(help: ArgumentHelp("One component of an app that has several (default: all).", valueName: "name"))
  var component: String?

  @Option(help: ArgumentHelp("One instance of an app that has several (default: all).", valueName: "number"))
  var instance: Int?

  @Flag(help: "Show what the build printed.")
  var build = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if let tail, tail < 0 { throw ValidationError("--tail takes a number from 0 up.") }
  }

  func execute(_ console: Console) async throws {
    var request = LogRequest()
    request.source = build ? .build : .app
    request.release = try release.map { try ReleaseNumber($0) }
    request.component = try component.map { try ComponentName($0) }
    (request.instance, request.tail, request.follow) = (instance, tail, follow)
    let lines = try await recoveredEngine(console).logs(of: AppName(name), request)
    do {
      for try await line in lines {
        let isWritten = global.json ? console.jsonLine(["line": line]) : console.result(line)
        if !isWritten { break }
      }
    } catch is CancellationError where follow {
      // Ctrl-C is how a person stops following.
    }
  }
}
