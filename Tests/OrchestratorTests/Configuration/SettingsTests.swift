import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorRuntimes

@Suite("Settings")
struct SettingsTests {
  private func load(_ yaml: String? = nil, _ environment: [String: String] = [:]) async throws
    -> OrchestratorConfiguration
  {
    try await withTemporaryFolder { folder in
      if let yaml { try folder.write("settings.yaml", yaml) }
      return try await .load(home: folder.path, environment: environment)
    }
  }

  @Test("have defaults for everything")
  func defaults() async throws {
    let settings = try await load()
    #expect(
      settings.domain == "localhost" && settings.namespace == "orchestrator" && settings.proxyImage == "nginx:1.30")
    #expect(settings.dockerHost == "unix:///var/run/docker.sock")
    #expect(settings.portOffset == 0 && settings.keepReleases == 3)
    #expect(settings.containerNetwork == nil)
    #expect(settings.runtime == nil && settings.proxyRuntime == nil)
    #expect(settings.baseImages.isEmpty && settings.pluginFolders.isEmpty)
    #expect(settings.trustedProxies.isEmpty && settings.passedHeaders.isEmpty)
  }

  @Test("come from settings.yaml in the state folder")
  func file() async throws {
    let settings = try await load(
      """
      domain: apps.example
      dockerHost: tcp://127.0.0.1:2375
      containerNetwork: 172.30.0.0/16
      proxyImage: registry.example/nginx:1.30
      namespace: second
      portOffset: 1000
      keepReleases: 5
      simultaneousBuilds: 7
      reservedDisk: 2g
      runtime: process
      proxyRuntime: docker
      program: /opt/orchestrator
      pluginFolders: [/opt/stacks, /srv/stacks]
      trustedProxies: [10.0.0.7/8, fd00::/8, 192.168.1.7]
      passedHeaders: [Remote-User, X-Company-User]
      baseImages:
        - python:3.13-slim=registry.example/python:3.13
      """)
    #expect(settings.domain == "apps.example" && settings.namespace == "second")
    #expect(settings.dockerHost == "tcp://127.0.0.1:2375" && settings.proxyImage == "registry.example/nginx:1.30")
    #expect(settings.containerNetwork?.description == "172.30.0.0/16")
    #expect(settings.portOffset == 1000 && settings.keepReleases == 5)
    #expect(settings.simultaneousBuilds == 7 && settings.reservedDisk == 2 << 30)
    #expect(settings.runtime == .process && settings.proxyRuntime == .docker && settings.program == "/opt/orchestrator")
    #expect(settings.pluginFolders == ["/opt/stacks", "/srv/stacks"])
    #expect(settings.trustedProxies.map(\.description) == ["10.0.0.0/8", "fd00::/8", "192.168.1.7"])
    #expect(settings.passedHeaders.map(\.description) == ["Remote-User", "X-Company-User"])
    #expect(settings.baseImages == ["python:3.13-slim": "registry.example/python:3.13"])
  }

  @Test("of the environment win over the file")
  func environment() async throws {
    let environment = [
      "ORCHESTRATOR_PORT_OFFSET": "2000", "ORCHESTRATOR_BASE_IMAGES": "a=b,c=d", "ORCHESTRATOR_PLUGIN_FOLDERS": "/x",
      "ORCHESTRATOR_TRUSTED_PROXIES": "127.0.0.1,::1", "ORCHESTRATOR_PASSED_HEADERS": "Remote-User",
    ]
    let settings = try await load("{portOffset: 1000, domain: apps.example}", environment)
    #expect(settings.portOffset == 2000 && settings.domain == "apps.example")
    #expect(settings.baseImages == ["a": "b", "c": "d"] && settings.pluginFolders == ["/x"])
    #expect(settings.trustedProxies.map(\.description) == ["127.0.0.1", "::1"])
    #expect(settings.passedHeaders.map(\.description) == ["Remote-User"])
  }

  @Test("take Docker's own variable, unless there is one of ours")
  func dockerHost() async throws {
    let docker = ["DOCKER_HOST": "unix:///run/docker.sock"]
    try await #expect(load(nil, docker).dockerHost == "unix:///run/docker.sock")
    try await #expect(load("dockerHost: tcp://localhost:1", docker).dockerHost == "tcp://localhost:1")
    try await #expect(load(nil, ["DOCKER_HOST": ""]).dockerHost == "unix:///var/run/docker.sock")
  }

  @Test(
    "are refused when they cannot be, with what was expected",
    arguments: [
      ("domain: Apps.Example", "the setting 'domain' must be a domain name in lower case, not 'Apps.Example'"),
      ("domain: 'a b'", "the setting 'domain' must be a domain name in lower case, not 'a b'"),
      ("domain: a..b", "the setting 'domain' must be a domain name in lower case, not 'a..b'"),
      ("namespace: a/b", "the setting 'namespace' must be 1 to 32 of a-z, 0-9 and '-', not 'a/b'"),
      ("proxyImage: 'nginx; rm'", "the setting 'proxyImage' must be the name of an image, not 'nginx; rm'"),
      ("portOffset: 70000", "the setting 'portOffset' must be from -65535 to 65535, not '70000'"),
      ("keepReleases: 1", "the setting 'keepReleases' must be at least 2, not '1'"),
      ("simultaneousBuilds: 0", "the setting 'simultaneousBuilds' must be at least 1, not '0'"),
      (
        "containerNetwork: 172.30.0.1/16",
        "the setting 'containerNetwork' must be a range of IPv4 addresses such as 172.30.0.0/16, from /8 to /28, not '172.30.0.1/16'"
      ),
      ("reservedDisk: much", "the setting 'reservedDisk' must be an amount such as 512m or 2g, not 'much'"),
      ("trustedProxies: [proxy.example]", "in the setting 'trustedProxies' 'proxy.example' is no range of addresses"),
      ("trustedProxies: ['10.0.0.1; }']", "in the setting 'trustedProxies' '10.0.0.1; }' is no range of addresses"),
      ("passedHeaders: [Remote_User]", "in the setting 'passedHeaders' 'Remote_User' cannot be the name of a header"),
      (
        "passedHeaders: [x-forwarded-for]",
        "the setting 'passedHeaders' must be names of headers that nginx does not set itself, not 'x-forwarded-for'"
      ),
      ("baseImages: [python]", "'python' in the setting 'baseImages' is not FROM=TO"),
      ("baseImages: ['a=b c']", "'a=b c' in the setting 'baseImages' is not FROM=TO"),
    ])
  func refused(yaml: String, message: String) async throws {
    let error = await #expect(throws: OrchestratorError.self) { try await load(yaml) }
    #expect(error?.code == .invalidInput)
    #expect(error?.message == message)
    #expect(error?.hint != nil)
  }

  @Test(
    "are refused at the place of the mistake, when the file has one",
    arguments: [
      ("portoffset: 3", "1:1: error: unknown key 'portoffset' (did you mean 'portOffset'?)"),
      ("domain: [a, b]", "1:9: error: 'domain' must be text"),
      ("portOffset: many", "1:13: error: 'portOffset' must be a whole number, not 'many'"),
      ("keepReleases: 2.5", "1:15: error: 'keepReleases' must be a whole number, not '2.5'"),
      ("pluginFolders: /opt/stacks", "1:16: error: 'pluginFolders' must be a list"),
      ("baseImages: {a: b}", "1:13: error: 'baseImages' must be a list"),
      ("trustedProxies: 10.0.0.1", "1:17: error: 'trustedProxies' must be a list"),
      ("- a\n- b", "1:1: error: the file must be a mapping of keys to values"),
    ])
  func mistakes(yaml: String, message: String) async throws {
    let error = await #expect(throws: OrchestratorError.self) { try await load(yaml) }
    #expect(error?.code == .invalidInput)
    #expect(error?.message.hasSuffix("/settings.yaml:" + message) == true, "\(error?.message ?? "")")
  }

  @Test("that choose a runtime are refused when there is none of that name", arguments: ["runtime", "proxyRuntime"])
  func unknownRuntime(key: String) async throws {
    let error = await #expect(throws: OrchestratorError.self) { try await load("\(key): podman") }
    #expect(error?.message == "the setting '\(key)' must be auto, docker or process, not 'podman'")
  }

  @Test("of the environment are refused when they are no numbers")
  func environmentNumbers() async throws {
    let error = await #expect(throws: OrchestratorError.self) {
      try await load(nil, ["ORCHESTRATOR_PORT_OFFSET": "1O00"])
    }
    #expect(error?.message == "the setting 'portOffset' must be a whole number, not '1O00'")
  }

  @Test("name the file when it cannot be read")
  func unreadable() async throws {
    let yaml = "domain: ["
    let error = await #expect(throws: OrchestratorError.self) { try await load(yaml) }
    #expect(error?.code == .invalidInput)
    #expect(error?.message.contains("/settings.yaml' or the environment cannot be read: ") == true)
  }

  @Test("are not taken for unsaid where something else has their name, nor waited for")
  func noFile() async throws {
    try await withTemporaryFolder { folder in
      for isFolder in [true, false] {
        let made = isFolder ? mkdir(folder("settings.yaml"), 0o700) : mkfifo(folder("settings.yaml"), 0o600)
        try #require(made == 0)
        let error = await #expect(throws: OrchestratorError.self) {
          try await OrchestratorConfiguration.load(home: folder.path, environment: [:])
        }
        #expect(error?.code == .invalidInput && error?.message.hasSuffix("cannot be read: it is no file") == true)
        remove(folder("settings.yaml"))
      }
    }
  }

  @Test(
    "are refused a state folder whose path would mean something to nginx", arguments: ["/a;b", "/a{b", "/a$b", "/a\"b"])
  func home(path: String) async throws {
    let error = await #expect(throws: OrchestratorError.self) {
      try await OrchestratorConfiguration.load(home: path, environment: [:])
    }
    #expect(error?.message.hasPrefix("the setting 'home' must be ") == true)
  }
}
