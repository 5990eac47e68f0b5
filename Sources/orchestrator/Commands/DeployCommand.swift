import ArgumentParser
import Foundation
import Orchestrator

struct DeployCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "Deploy an app, or a new version of it.",
    discussion: """
      Nothing changes for clients until the new version has answered well several times in a row. If anything fails, or you press \
      Ctrl-C, everything that was made is undone and the version that served before goes on.

      EXAMPLES
        orchestrator deploy flask ./shop --subdomain shop
        orchestrator deploy flask ./shop --subdomain shop --set wsgi=server:application
        orchestrator deploy django ./notes --subdomain notes --health-path /healthz
        orchestrator deploy flask ./shop --subdomain shop --runtime process
        orchestrator deploy mern ./shop --subdomain shop --build-env VITE_TITLE=Shop
        orchestrator deploy mern ./shop --subdomain shop --set frontend=packages/web --set backend.entry=api.js
        orchestrator deploy flask ./shop --subdomain shop --instances 3 --body-limit 2g
      """)

  @Argument(help: "The stack of the app, such as flask; see 'orchestrator stacks list'.")
  var stack: String

  @Argument(help: "The folder with the app's source.", completion: .directory)
  var path: String

  @Option(
    help: ArgumentHelp("The app's name, which is its subdomain too: one lower-case DNS label.", valueName: "name"))
  var subdomain: String

  @Option(
    help: ArgumentHelp(
      "Set a variable of the stack instead of having it detected; may be given several times. In an app of several components "
        + "COMPONENT=FOLDER says where one is, and COMPONENT.NAME=VALUE sets a variable of its stack.",
      valueName: "name=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp(
      "Set an environment variable of the build, such as VITE_TITLE; may be given several times. A name alone passes on the variable of "
        + "that name, as for a token that no other user of the machine is to read.",
      valueName: "name[=value]"))
  var buildEnv: [String] = []

  @Option(
    help: ArgumentHelp("The page that tells whether the app is healthy, instead of the stack's own.", valueName: "path")
  )
  var healthPath: String?

  @Option(
    help: ArgumentHelp(
      "How many instances of the app run side by side, or of which component how many; without it as many as now.",
      valueName: "number|component=number"))
  var instances: [String] = []

  @Option(
    help: ArgumentHelp(
      "How large the body of a request may be, such as 500m, instead of what the stack says.", valueName: "size"))
  var bodyLimit: String?

  @Option(
    help: ArgumentHelp(
      "How long the app may be silent while it answers, such as 10m, instead of what the stack says.",
      valueName: "duration"))
  var responseTimeout: String?

  @Option(
    help: ArgumentHelp(
      "Where the app runs: docker, process (of this machine), or auto: where it runs already, else Docker if its engine answers.",
      valueName: "runtime"))
  var runtime: String?

  @OptionGroup var waiting: WaitOption

  @OptionGroup var global: GlobalOptions

  var interruptNotice: String? { "what is not live yet is undone; what serves is not touched" }

  func execute(_ console: Console) async throws {
    let app = AppSpec(
      name: try AppName(subdomain), stack: stack, source: path,
      variables: try pairs(set, option: "--set", such: "wsgi=app:app"),
      buildEnvironment: try pairs(
        buildEnv.map { OptionValue.assignment($0) }, option: "--build-env", such: "VITE_TITLE=Shop"),
      healthPath: healthPath,
      instances: instances.isEmpty ? nil : try Scale(parsing: instances),
      bodyLimit: try bodyLimit.map { try OptionValue.size($0, such: "--body-limit 500m") },
      responseTimeout: try responseTimeout.map { try OptionValue.duration($0, such: "--response-timeout 10m") },
      runtime: try runtime.flatMap(RuntimeName.choice))
    var configuration = try await global.configuration()
    // Said by hand, `auto` wins over a setting.
    if runtime == "auto" { configuration.runtime = nil }
    let engine = try DeploymentEngine(configuration)
    console.warn(of: engine.stacks.diagnostics)
    let release = try await engine.deploy(app, waiting: try waiting.duration()) { events in
      await DeployProgress(console).show(events)
    }
    if global.quiet && !global.json { console.result(release.url) }
  }

  private func pairs(_ texts: [String], option: String, such example: String) throws -> [String: String] {
    try texts.reduce(into: [:]) { pairs, text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw OrchestratorError(.invalidInput, "\(text.quoted) is not NAME=VALUE", hint: "such as \(option) \(example)")
      }
      pairs[parts[0]] = parts[1]
    }
  }
}
