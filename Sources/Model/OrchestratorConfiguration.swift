import Foundation
public import Logging

/// The settings of one installation.
///
/// Each can be given in code, as an environment variable (`ORCHESTRATOR_` and the name in capitals), or in the file
/// `settings.yaml` of the state folder:
///
/// - `domain`: what follows an app's name in its host name; `localhost`.
/// - `baseImages`: images to use in place of others, `FROM=TO` each, for networks without the usual registry.
/// - `pluginFolders`: further folders with stacks.
/// - `runtime`: where new apps run, `docker`, `process` or `auto`, which is Docker if its engine answers; `auto`.
/// - `proxyRuntime`: where nginx runs, `docker`, `process` or `auto`, which starts it where the apps run; `auto`.
/// - `program`: the program `orchestrator`, which looks after processes; the running program if it is that, else the one on the `PATH`.
/// - `firstUser`: the number of nginx's user; apps get the 29,999 that follow, one each, as far as nothing else has them, in containers and,
///   from root, as processes; 30000.
/// - `dockerHost`: the address of the Docker Engine; `DOCKER_HOST`, else `unix:///var/run/docker.sock`.
/// - `containerNetwork`: the addresses of the containers that apps run in, such as `172.30.0.0/16`; what Docker finds free.
/// - `proxyImage`: the image that nginx runs from; `nginx:1.30`.
/// - `trustedProxies`: ranges of addresses of proxies in front of nginx: who asks through them is whom their `X-Forwarded-For` names.
/// - `passedHeaders`: names of headers that apps get from those proxies, and from no other client.
/// - `namespace`: what the names of containers and images start with; `orchestrator`.
/// - `portOffset`: added to every port of every stack, so that a second installation can stand beside the first; 0.
/// - `keepReleases`: how many releases of an app that served are kept, the serving one among them, and how many that failed; 3.
/// - `simultaneousBuilds`: how many builds may go on at the same time, those of all apps together; one for each processor core.
/// - `reservedDisk`: how much of a disk a deployment must leave free, such as `512m`; `256m`.
public struct OrchestratorConfiguration: Sendable {
  /// The state folder: the store, logs, the proxy's files and `plugins`.
  public var home: String
  /// What follows an app's name in its host name.
  public var domain = "localhost"
  /// Images to use in place of others.
  public var baseImages: [String: String] = [:]
  /// Folders with stacks that are loaded after the built-in ones, in this order.
  public var pluginFolders: [String] = []
  /// Where new apps run; nil leaves it to the machine: Docker, if its engine answers.
  public var runtime: RuntimeName?
  /// Where nginx runs; nil leaves it where it runs, and starts it where the apps run.
  public var proxyRuntime: RuntimeName?
  /// The program `orchestrator`, of which each process that runs without Docker has one to look after it.
  public var program = OrchestratorConfiguration.defaultProgram
  /// The number of nginx's user, which those of apps' users follow; a second installation needs another.
  public var firstUser = 30_000
  /// The address of the Docker Engine: `unix://PATH` or `tcp://HOST:PORT`.
  public var dockerHost = "unix:///var/run/docker.sock"
  /// The addresses of the containers that apps run in; nil leaves the choice to Docker. It counts when the first of them is started.
  public var containerNetwork: AddressRange?
  /// The image that nginx runs from, before `baseImages` is applied.
  public var proxyImage = "nginx:1.30"
  /// The addresses of proxies in front of nginx, whose `X-Forwarded-For`, `-Proto` and `-Port` count.
  public var trustedProxies: [AddressRange] = []
  /// Headers that apps get from those proxies, and from no other client.
  public var passedHeaders: [HeaderName] = []
  /// What the names of containers and images start with.
  public var namespace = "orchestrator"
  /// Added to every port of every stack.
  public var portOffset = 0
  /// How many releases of an app that served are kept with image and logs, the serving one among them; at least 2.
  public var keepReleases = 3
  /// How many builds may go on at the same time, those of all apps together; the others wait in the order in which they came.
  public var simultaneousBuilds = ProcessInfo.processInfo.activeProcessorCount
  /// How many bytes of a disk a deployment must leave free.
  public var reservedDisk = 256 << 20
  /// Receives the notices of methods without events: what was recovered before their own work, and why there is nothing to see.
  public var notice: @Sendable (Notice) -> Void = { _ in }
  /// Where the library logs to; nowhere unless it is told.
  public var logger = Logger(label: "orchestrator") { _ in SwiftLogNoOpLogHandler() }

  /// The defaults, with the state in the folder `home`.
  public init(home: String) { self.home = home }
}
