import Foundation
import OrchestratorDockerEngine
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStacks
import OrchestratorStore
import OrchestratorSystem

/// Deploys apps and looks after them: the face of the library, and all that the command line uses.
///
/// An engine holds no state of its own. Any number of engines, in any number of processes, can use one state folder.
public struct DeploymentEngine: Sendable {
  /// The settings that the engine was made with.
  public let configuration: OrchestratorConfiguration
  /// The stacks that apps can be deployed to.
  public let stacks: StackRegistry

  let store: Store
  let runtimes: Runtimes
  let proxy: any ReverseProxy
  let probe: HealthProbe
  let folder: StateFolder

  /// Opens the state folder and loads the stacks. Nothing is contacted yet. A folder that is not there is made when something is first
  /// deployed: looking makes none.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_lost`, `state_unwritable`, `state_too_new`, `state_unreadable`, `disk_full` or
  ///   `invalid_input`.
  public init(_ configuration: OrchestratorConfiguration) throws {
    try configuration.check()
    // What runs is known by the folder's path, so there must be only one way to write that.
    let folder = StateFolder(configuration.home.canonicalPath)
    let store = Store(lookingIn: folder)
    _ = try store.database
    let stacks = Self.loadStacks(configuration)
    let transport = HTTPTransport()
    let client = DockerClient(address: try DockerAddress(configuration.dockerHost), transport: transport)
    let commands = ChildProcessRunner()
    let proxyName = "\(configuration.namespace)-proxy"
    let proxyFolder = ProxyFolder(path: folder.proxy)
    let nginxUser = NginxUser.new(firstUser: configuration.firstUser)
    let trust = ProxyTrust(proxies: configuration.trustedProxies, headers: configuration.passedHeaders)
    let container = NginxContainer(
      client: client, commands: commands,
      image: configuration.baseImages[configuration.proxyImage] ?? configuration.proxyImage,
      name: proxyName, namespace: configuration.namespace, folder: folder.proxy, newUser: nginxUser)
    let process = NginxProcess(
      process: SupervisedProcess(folder: folder.process(proxyName), program: configuration.program),
      commands: commands, folder: proxyFolder, newUser: nginxUser)
    func proxy(in host: some NginxHost) -> NginxProxy {
      NginxProxy(
        host: host, sites: store, ports: PublicPorts(stacks: stacks.atPublicPorts), folder: proxyFolder,
        transport: transport, trust: trust)
    }
    func runtime(_ name: RuntimeName) -> any WorkloadRuntime {
      switch name {
      case .docker:
        DockerRuntime(
          client: client, namespace: configuration.namespace, firstUser: configuration.firstUser,
          addresses: configuration.containerNetwork, commands: commands, folder: folder)
      case .process:
        ProcessRuntime(
          folder: folder, program: configuration.program, firstUser: configuration.firstUser, commands: commands)
      }
    }
    self.init(
      configuration: configuration, stacks: stacks, store: store,
      runtimes: Runtimes { runtime($0) },
      proxy: ProxySelector(
        container: proxy(in: container), process: proxy(in: process), sites: store, fixed: configuration.proxyRuntime),
      probe: HealthProbe(transport: transport), folder: folder)
  }

  /// Puts an engine together from its parts.
  init(
    configuration: OrchestratorConfiguration, stacks: StackRegistry, store: Store, runtimes: Runtimes,
    proxy: any ReverseProxy, probe: HealthProbe, folder: StateFolder
  ) {
    self.configuration = configuration
    self.stacks = stacks
    self.store = store
    self.runtimes = runtimes
    self.proxy = proxy
    self.probe = probe
    self.folder = folder
  }

  /// Loads the stacks that `configuration` names: the built-in ones, those of `<home>/plugins`, and those of its plugin folders.
  ///
  /// Needs no state folder; what is broken stands in the registry's diagnostics.
  public static func loadStacks(_ configuration: OrchestratorConfiguration) -> StackRegistry {
    let own = [StateFolder(configuration.home).plugins].filter(FileManager.default.isFolder)
    return StackRegistry(
      pluginFolders: own + configuration.pluginFolders, portOffset: configuration.portOffset)
  }
}
