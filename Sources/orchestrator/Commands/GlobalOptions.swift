import ArgumentParser
import Foundation
import Logging
import Orchestrator

/// What every command understands.
struct GlobalOptions: ParsableArguments {
  @Flag(help: "Print JSON: one object, or one object per line where it streams.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "The state folder (default: $ORCHESTRATOR_HOME, else /var/lib/orchestrator for root and ~/.orchestrator for others).",
      valueName: "dir"))
  var home: String?

  @Option(help: ArgumentHelp("A folder with further stacks; may be given several times.", valueName: "dir"))
  var plugins: [String] = []

  @Flag(name: .shortAndLong, help: "Print results only.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print everything, such as all output of a build on a terminal.")
  var verbose = false

  /// The settings of the state folder, with the stacks that come with the program and those of `--plugins`.
  func configuration() async throws -> OrchestratorConfiguration {
    let environment = ProcessInfo.processInfo.environment
    if home == "" {
      throw OrchestratorError(.invalidInput, "the state folder has no name", hint: "--home names a folder")
    }
    let folder = home ?? environment["ORCHESTRATOR_HOME"]?.nonEmpty ?? OrchestratorConfiguration.defaultHome
    var configuration = try await OrchestratorConfiguration.load(home: folder)
    for plugin in plugins where !FileManager.default.fileExists(atPath: plugin) {
      throw OrchestratorError(
        .notFound, "there is no folder \(plugin.quoted)", hint: "--plugins names a folder with stacks")
    }
    if verbose {
      configuration.logger = Logger(label: "orchestrator") { StreamLogHandler.standardError(label: $0) }
      configuration.logger.logLevel = .debug
    }
    configuration.pluginFolders = ShippedPlugins.folders() + configuration.pluginFolders + plugins
    return configuration
  }
}

/// The stacks that come with the program beside the built-in ones.
enum ShippedPlugins {
  /// `share/orchestrator/Plugins` of where the program is installed, or `Plugins` of the package that it was built in.
  static func folders() -> [String] {
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return [] }
    let parents = sequence(first: URL(fileURLWithPath: program).deletingLastPathComponent()) { folder in
      folder.path == "/" ? nil : folder.deletingLastPathComponent()
    }
    let installed = parents.prefix(2).map { $0.path + "/share/orchestrator/Plugins" }
    let built = parents.filter { $0.lastPathComponent.hasPrefix(".build") }.map {
      $0.deletingLastPathComponent().path + "/Plugins"
    }
    return (installed + built).filter { FileManager.default.fileExists(atPath: $0) }
  }
}
