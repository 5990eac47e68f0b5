import Foundation
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStacks
import OrchestratorStore

/// Deploys apps and looks after them: the face of the library, and all that the command line uses.
///
/// An engine holds no state of its own. Any number of engines, in any number of processes, can use one state folder.
public struct DeploymentEngine: InstallationWorker {
  let installation: Installation

  /// Opens the state folder; nothing is contacted yet, and the stacks are loaded when they are needed. A folder that is not there is made when something is first
  /// deployed: looking makes none.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_lost`, `state_unwritable`, `state_too_new`, `state_unreadable`, `disk_full` or
  ///   `invalid_input`.
  public init(_ configuration: OrchestratorConfiguration) throws { self.init(try Installation(configuration)) }

  /// An engine of parts that were put together otherwise.
  init(_ installation: Installation) { self.installation = installation }

  /// The settings that the engine was made with.
  public var configuration: OrchestratorConfiguration { installation.configuration }

  /// The stacks that apps can be deployed to; they are loaded when they are first asked for.
  public var stacks: StackRegistry { installation.stacks }

  /// Loads the stacks that `configuration` names: the built-in ones, those of `<home>/plugins`, and those of its plugin folders.
  ///
  /// Needs no state folder; what is broken stands in the registry's diagnostics.
  public static func loadStacks(_ configuration: OrchestratorConfiguration) -> StackRegistry {
    let own = [StateFolder(configuration.home).plugins].filter(FileManager.default.isFolder)
    return StackRegistry(
      pluginFolders: own + configuration.pluginFolders, portOffset: configuration.portOffset)
  }
}
