import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore
@testable import OrchestratorRuntimes
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("nginx's configuration")
struct NginxConfigurationTests {
  private static let routes: [Route] = [
    .sample("blog", internalPort: 15003, release: 4), .sample("shop", internalPort: 15000),
    .sample("store", role: .frontend, publicPort: 12000, internalPort: 18000),
    .sample("chat", publicPort: 12000, paths: ["/ws", "/api", "/v1.0"], internalPort: 17000),
    .sample("chat", role: .frontend, publicPort: 12000, internalPort: 18001),
    .sample("forum", publicPort: 12000, paths: ["/api"], internalPort: 17001),
    .sample("forum", role: .frontend, publicPort: 12000, internalPort: 18002),
    // Without pages in front of it everything is its own.
    .sample("mail", publicPort: 12000, paths: ["/api"], internalPort: 17002),
  ]

  @Test(
    "is rendered as it always was",
    arguments: [("no-routes", [], "1.30.6"), ("routes", routes, "1.30.6"), ("nginx-1.22", routes, "1.22.1")])
  func goldens(name: String, routes: [Route], version: String) throws {
    let files = NginxConfiguration.sample(routes, nginx: version).files
    for (file, text) in files where file.hasSuffix(".conf") { try Golden.expect(text, is: "nginx/\(name)/\(file)") }
    let apps = Set(routes.map { "apps/\($0.app).conf" })
    #expect(Set(files.keys.filter { $0.hasPrefix("apps/") }) == apps)
  }

  @Test("listens on IPv4 only where the machine has nothing else")
  func noIPv6() throws {
    var configuration = NginxConfiguration.sample([])
    configuration.hasIPv6 = false
    #expect(configuration.files["nginx.conf"]?.contains("[::]:") == false)
  }

  @Test("makes room for the longest host and for many of them")
  func room() throws {
    let longest = Route.sample(String(repeating: "a", count: 63))
    let main = try #require(NginxConfiguration.sample([longest]).files["nginx.conf"])
    #expect(main.contains("map_hash_bucket_size 128;"))
    #expect(main.contains("server_names_hash_bucket_size 128;"))
    let many = (0..<3000).map { Route.sample("app-\($0)") }
    #expect(NginxConfiguration.sample(many).files["nginx.conf"]?.contains("map_hash_max_size 8192;") == true)
  }

  @Test("has no server block for an app on a port where it cannot listen")
  func unusablePort() throws {
    var configuration = NginxConfiguration.sample(Self.routes)
    configuration.publicPorts = [.number(12000)]
    #expect(configuration.files["apps/store.conf"] != nil)
    #expect(configuration.files["apps/shop.conf"] == nil)
  }

  @Test("has names for upstreams that differ early, also for apps with much the same name")
  func upstreamNames() throws {
    let files = NginxConfiguration.sample((0..<100).map { Route.sample("app-\($0)") }).files
    let names = files.values.compactMap { $0.firstMatch(of: /\nupstream (\S+) \{/)?.1 }
    #expect(names.count == 100)
    #expect(Set(names.map { $0.prefix(4) }).count > 90)
  }

  @Test("has a status page for every public port, with the apps on that port")
  func statusPages() throws {
    let files = NginxConfiguration.sample(Self.routes).files
    let page = try #require(files["status/14000.html"])
    #expect(page.contains(#"<a href="http://blog.localhost:14000/">blog</a> v4 on 15003"#))
    #expect(!page.contains("store"))
    #expect(files["status/12000.html"]?.contains("store.localhost:12000") == true)
  }

  @Test("shares the requests out among an app's instances, and has the table lead to the first")
  func instances() throws {
    let routes = [3, 1, 2].map { Route.sample("shop", instance: $0, internalPort: 15000 + $0) }
    let files = NginxConfiguration.sample(routes).files
    let lane = try #require(files["apps/shop.conf"])
    #expect(lane.contains("least_conn;"))
    for port in 15001...15003 { #expect(lane.contains("server 127.0.0.1:\(port) max_fails=100 fail_timeout=1s;")) }
    #expect(lane.matches(of: /upstream [a-f0-9]+-shop/).count == 1 && lane.matches(of: /server \{/).count == 1)
    let table = try #require(files["proxy-mappings.conf"])
    #expect(table.matches(of: /shop\.localhost 1500[0-9];/).map { String($0.0) } == ["shop.localhost 15001;"])
    #expect(table.contains("127.0.0.1:15003 3;"))
  }

  @Test("tells nginx of an app's own limits what differs from those that all have")
  func limits() throws {
    let own = RequestPolicy(
      bodyLimit: 2 << 30, timeout: 900, buffersRequests: true, buffersResponses: false, keepAlive: 0)
    let files = NginxConfiguration.sample([.sample("shop", http: own), .sample("blog", internalPort: 15001)])
      .files
    let lane = try #require(files["apps/shop.conf"])
    for line in [
      "client_max_body_size 2147483648;", "proxy_read_timeout 900s;", "proxy_request_buffering on;",
      "proxy_buffering off;",
    ] {
      #expect(lane.contains(line), "\(line)")
      #expect(files["apps/blog.conf"]?.contains(line) == false)
    }
    #expect(lane.contains("keepalive 0;") && files["apps/blog.conf"]?.contains("keepalive_timeout 1s;") == true)
    // Where the table stands in, nobody is refused what only some may have.
    #expect(files["nginx.conf"]?.contains("client_max_body_size 2147483648;") == true)
  }

  @Test("tells the clients of an app in maintenance to come back later, whatever they are told")
  func maintenance() throws {
    var configuration = NginxConfiguration.sample(Self.routes)
    let message = #"<script>"$host" & 'more'; } return 200;"#
    for (app, message) in [(AppName.shop, message), (.blog, nil)] {
      let index = try #require(configuration.sites.firstIndex { $0.app == app })
      configuration.sites[index].maintenance = .on(message: message)
    }
    let files = configuration.files
    #expect(files["apps/shop.conf"]?.contains("return 522;") == true)
    #expect(files["apps/shop.conf"]?.contains("proxy_pass") == false)
    #expect(files["proxy-mappings.conf"]?.contains("shop.localhost 1;\n}\n# A host") == true)
    let page = try #require(files["pages/maintenance/shop.localhost.html"])
    #expect(page.contains("&lt;script&gt;&quot;$host&quot; &amp; &#39;more&#39;; } return 200;"))
    let json = try #require(files["pages/maintenance/shop.localhost.json"])
    #expect(try JSONDecoder().decode([String: String].self, from: Data(json.utf8))["message"] == message)
    #expect(files["pages/maintenance/blog.localhost.html"]?.contains("is being worked on") == true)
    // No word of a person's gets into what nginx reads as its configuration.
    for (name, text) in files where name.hasSuffix(".conf") { #expect(!text.contains("script")) }
  }

  @Test("is read from what an earlier version was made of, which bounded nothing and trusted no proxy")
  func earlier() throws {
    let now = NginxConfiguration.sample(Self.routes)
    let data = try JSONEncoder().encode(now)
    var values = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    for key in ["capacity", "trust"] { #expect(values.removeValue(forKey: key) != nil) }
    let earlier = try JSONDecoder().decode(
      NginxConfiguration.self, from: JSONSerialization.data(withJSONObject: values))
    #expect(earlier.capacity.connections == 4096 && earlier.trust == ProxyTrust() && earlier.sites == now.sites)
    #expect(try JSONDecoder().decode(NginxConfiguration.self, from: data) == now)
  }

  @Test("has no list of apps among the pages that clients can get for a request that fails")
  func statusPagesApart() {
    let names = NginxConfiguration.sample(Self.routes).files.keys.filter { $0.hasPrefix("pages/") }
    #expect(!names.contains { $0.contains("status") || $0.contains("14000") })
  }

  @Test("needs nothing from outside for its pages")
  func pages() {
    let pages = [
      ProxyPages.Answer.notFound.html, ProxyPages.Answer.unavailable.html, ProxyPages.Answer.deploying.html,
      ProxyPages.Answer.tooLarge.html, ProxyPages.Answer.tooMany.html, ProxyPages.Answer.timedOut.html,
      ProxyPages.Answer.maintenance("Back at 14:00.").html, ProxyPages.status(on: .number(14000), sites: []),
    ]
    for page in pages {
      for source in ["src=", "<link", "@import", "url(", "<script", "http:", "https:"] {
        #expect(!page.contains(source))
      }
      #expect(page.contains(#"<meta name="color-scheme" content="light dark">"#))
      #expect(page.hasPrefix("<!doctype html>"))
    }
  }
}

@Suite("nginx's version")
struct NginxVersionTests {
  @Test(
    "is read from what nginx prints",
    arguments: [
      ("nginx version: nginx/1.30.6\n", "1.30.6"), ("nginx version: nginx/1.22.1 (Ubuntu)", "1.22.1"),
      ("1.27.4", "1.27.4"),
      ("nginx version: openresty/1.27.1.2", "1.27.1"),
    ])
  func parsed(text: String, expected: String) { #expect(NginxVersion(text)?.description == expected) }

  @Test("is nil when there is none", arguments: ["", "nginx", "nginx/1.30", "sh: nginx: not found"])
  func none(text: String) { #expect(NginxVersion(text) == nil) }

  @Test(
    "decides on keepalive_min_timeout",
    arguments: [
      ("1.22.1", false), ("1.27.3", false), ("1.27.4", true), ("1.28.0", true), ("1.30.6", true), ("2.0.0", true),
    ])
  func keepalive(version: String, expected: Bool) {
    #expect(NginxVersion(version)?.hasKeepaliveMinTimeout == expected)
  }
}
