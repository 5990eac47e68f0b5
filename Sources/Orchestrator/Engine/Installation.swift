import Foundation
import OrchestratorDockerEngine
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStacks
import OrchestratorStore
import OrchestratorSystem

/// All that one installation is made of; what does something to it is given this, and nothing else.
///
/// It holds no state of its own: any number of them, in any number of processes, can stand for one state folder.
struct Installation: Sendable {
  let configuration: OrchestratorConfiguration
  /// Reading them takes longer than most looks at an app, which need none.
  let loadedStacks: Lazy<StackRegistry>
  let store: Store
  let runtimes: Runtimes
  let proxy: any ReverseProxy
  let probe: HealthProbe
  let folder: StateFolder

  var stacks: StackRegistry { loadedStacks.value }
}

extension Installation {
  /// Opens the state folder; nothing is contacted yet.
  ///
  /// - Throws: what ``DeploymentEngine/init(_:)`` throws.
  init(_ configuration: OrchestratorConfiguration) throws {
    try configuration.check()
    // What runs is known by the folder's path, so there must be only one way to write that.
    let folder = StateFolder(configuration.home.canonicalPath)
    let store = Store(lookingIn: folder)
    _ = try store.database
    let stacks = Lazy { DeploymentEngine.loadStacks(configuration) }
    let transport = HTTPTransport.shared
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
    let runtimes = Runtimes { runtime($0) }
    let sites = StoredSites(store: store) { runtimes[$0].address(on: $1) }
    func proxy(in host: some NginxHost) -> NginxProxy {
      NginxProxy(
        host: host, sites: sites, ports: PublicPorts { stacks.value.atPublicPorts }, folder: proxyFolder,
        transport: transport, trust: trust)
    }
    self.init(
      configuration: configuration, loadedStacks: stacks, store: store,
      runtimes: runtimes,
      proxy: ProxySelector(
        container: proxy(in: container), process: proxy(in: process), sites: sites, fixed: configuration.proxyRuntime),
      probe: HealthProbe(transport: transport), folder: folder)
  }
}

/// What does the work, put together from its parts.
extension Installation {
  func steps(_ report: @escaping EventSink) -> DeploymentSteps {
    DeploymentSteps(
      store: store, runtimes: runtimes, proxy: proxy, probe: probe, folder: folder,
      buildSlots: BuildSlots(store: store, limit: configuration.simultaneousBuilds), diskPreflight: diskPreflight,
      report: report)
  }

  func retirement(_ report: @escaping EventSink, awaitsRequests: Bool = true) -> Retirement {
    Retirement(
      store: store, runtimes: runtimes, proxy: proxy, folder: folder, keptReleases: configuration.keepReleases,
      awaitsRequests: awaitsRequests, report: report)
  }

  var diskPreflight: DiskPreflight {
    DiskPreflight(store: store, runtimes: runtimes, folder: folder, reserved: configuration.reservedDisk)
  }
}
