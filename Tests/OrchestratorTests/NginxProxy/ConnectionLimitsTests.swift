import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorStore

@Suite("Bounds on the requests under way")
struct ConnectionLimitsTests {
  private func files(_ routes: [Route], generation: Int = 87, trust: ProxyTrust = ProxyTrust()) -> [String: String] {
    var configuration = NginxConfiguration.sample(routes)
    (configuration.generation, configuration.trust) = (generation, trust)
    return configuration.files
  }

  private static func route(
    _ app: String, role: StackDescriptor.Role = .backend, paths: [String] = [], connections: Int? = nil
  )
    -> Route
  {
    var http = RequestPolicy.standard
    http.connections = connections
    return .sample(app, role: role, paths: paths, internalPort: role == .backend ? 15000 : 18000, http: http)
  }

  @Test("are half of the connections for an app, or what its stack says")
  func ofApps() throws {
    let files = files([Self.route("shop"), Self.route("chat", connections: 30_000)])
    #expect(files["apps/shop.conf"]?.contains("limit_conn apps_87 4096;") == true)
    #expect(files["apps/chat.conf"]?.contains("limit_conn apps_87 30000;") == true)
    // Where the table stands in, no app is refused what it may have.
    #expect(files["nginx.conf"]?.contains("limit_conn apps_87 30000;") == true)
  }

  @Test("are shared by the parts of an app, of which each has what its own stack says")
  func ofParts() throws {
    let routes = [Self.route("shop", paths: ["/api"], connections: 20), Self.route("shop", role: .frontend)]
    let lane = try #require(files(routes)["apps/shop.conf"])
    let parts = lane.matches(of: /set \$routed_part (\w+);(?:\s+limit_conn \w+ \d+;){2}\s+limit_conn apps_87 (\d+);/)
    #expect(parts.map { "\($0.1) \($0.2)" } == ["backend 20", "frontend 2048"])
  }

  @Test("hold for clients wherever an app is asked, and not where nginx says how it is itself")
  func ofClients() throws {
    let files = files([Self.route("shop")])
    for (name, count) in [("apps/shop.conf", 1), ("nginx.conf", 2)] {
      for line in ["limit_conn clients_87 1024;", "limit_conn machine_87 6144;"] {
        #expect(files[name]?.components(separatedBy: line).count == count + 1, "\(name): \(line)")
      }
    }
  }

  @Test("are counted by each generation for itself: nginx refuses at a reload that a zone counts by something else")
  func zones() throws {
    let first = try #require(files([Self.route("shop")], generation: 87)["nginx.conf"])
    let second = try #require(files([Self.route("shop")], generation: 88)["nginx.conf"])
    func zones(_ text: String) -> Set<String> { Set(text.matches(of: /zone=(\w+):/).map { String($0.1) }) }
    #expect(zones(first).count == 3 && zones(first).isDisjoint(with: zones(second)))
  }

  @Test("count no proxy that is trusted, but whom it names")
  func trusted() throws {
    let usual = try #require(files([])["nginx.conf"])
    #expect(!usual.contains("set_real_ip_from") && !usual.contains("$says_who"))
    #expect(usual.contains("geo $is_trusted {\n        default 0;\n    }"))
    let trust = ProxyTrust(proxies: [try AddressRange("10.0.0.0/8"), try AddressRange("fd00::/8")])
    let main = try #require(files([], trust: trust)["nginx.conf"])
    for line in [
      "set_real_ip_from 10.0.0.0/8;", "set_real_ip_from fd00::/8;", "real_ip_header X-Forwarded-For;",
      "real_ip_recursive on;", "fd00::/8 1;", "proxy_set_header X-Forwarded-Proto $client_scheme;",
      "proxy_set_header Host $client_host;",
    ] {
      #expect(main.contains(line), "\(line)")
    }
  }
}
