import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

extension Integration {
  @Suite("What an app and its clients say of themselves")
  struct ForgedHeaderTests {
    let port = TestStacks.plainPort

    /// The ways in which a client can write a header, so that an app might take it for the same.
    private static let spellings: [(String, @Sendable (String) -> [String])] = [
      ("as it is", { ["\($0): forged"] }), ("in lower case", { ["\($0.lowercased()): forged"] }),
      ("in upper case", { ["\($0.uppercased()): forged"] }), ("twice", { ["\($0): one", "\($0.lowercased()): two"] }),
      ("with underscores", { ["\($0.replacing("-", with: "_")): forged"] }),
      ("with dots", { ["\($0.replacing("-", with: ".")): forged"] }), ("without a value", { ["\($0):"] }),
      ("with tabs", { ["\($0):\t forged\t"] }),
    ]

    @Test("is not passed on where clients may not claim it, however they write it", arguments: Lane.runtimes)
    func claims(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("claimed") {
        try await installation.deploy("plain", app, as: "claimed")
        func received(_ lines: [String]) async throws -> [String: String] {
          let request = (["GET /headers HTTP/1.1", "Host: claimed.localhost", "Connection: close"] + lines)
            .joined(separator: "\r\n")
          let answer = try await RawHTTP.ask(request + "\r\n\r\n", port: installation.port(port))
          let body = try #require(answer.split(separator: "\r\n\r\n").last, "\(answer)")
          return try JSONDecoder().decode([String: String].self, from: Data(body.utf8))
        }
        let usual = Set(try await received([]).keys)
        for (spelling, write) in Self.spellings {
          // Some at a time: nginx takes no header of more than 32 KiB.
          // A second one of this nginx 1.30 refuses altogether.
          let names = ClientClaims.names.filter { spelling != "twice" || $0 != "Proxy-Authorization" }
          for names in names.chunked(by: 40) {
            let got = try await received(names.flatMap(write) + ["X-Own: mine"])
            #expect(Set(got.keys) == usual.union(["X-Own"]), "\(spelling)")
            #expect(!got.values.contains { $0.contains("forged") || $0.contains("one") }, "\(spelling)")
          }
        }
      }
    }

    @Test(
      "is passed on from a proxy that is trusted, where the settings say so, with the address at which its clients ask",
      arguments: Lane.runtimes)
    func trusted(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      let settings = [
        "ORCHESTRATOR_TRUSTED_PROXIES": "127.0.0.2", "ORCHESTRATOR_PASSED_HEADERS": "Remote-User,X-Company-User",
      ]
      try await installation.using("fronted") {
        let run = try await installation.orchestrator(
          ["deploy", "plain", app.folder, "--subdomain", "fronted"], environment: settings)
        try #require(run.status == 0, "\(run.all)")
        func received(from address: String, _ lines: String...) async throws -> [String: String] {
          let headers = lines.flatMap { ["--header", $0] }
          let url = "http://fronted.localhost:\(installation.port(port))/headers"
          let run = try await Program.run("curl", ["--silent", "--ipv4", "--interface", address, url] + headers)
          return try JSONDecoder().decode([String: String].self, from: Data(run.output.utf8))
        }
        let claims = [
          "Remote-User: ann", "X-Company-User: ann", "X-Remote-User: ann", "X-Forwarded-For: 6.6.6.6, 203.0.113.7",
          "X-Forwarded-Proto: https",
        ]
        let told = try await received(from: "127.0.0.2", claims[0], claims[1], claims[2], claims[3], claims[4])
        #expect(told["Remote-User"] == "ann" && told["X-Company-User"] == "ann" && told["X-Remote-User"] == nil)
        #expect(told["X-Forwarded-For"] == "203.0.113.7" && told["X-Real-IP"] == "203.0.113.7")
        #expect(told["X-Forwarded-Proto"] == "https" && told["X-Forwarded-Port"] == "443")
        #expect(told["Host"] == "fronted.localhost" && told["X-Forwarded-Host"] == "fronted.localhost")
        let elsewhere = try await received(from: "127.0.0.2", "X-Forwarded-Proto: https", "X-Forwarded-Port: 8443")
        #expect(elsewhere["Host"] == "fronted.localhost:8443" && elsewhere["X-Forwarded-Port"] == "8443")
        let own = "fronted.localhost:\(installation.port(port))"
        let odd = try await received(from: "127.0.0.2", "X-Forwarded-Proto: gopher", "X-Forwarded-Port: 1;2")
        #expect(odd["Host"] == own && odd["X-Forwarded-Proto"] == "http")
        let stranger = try await received(from: "127.0.0.3", claims[0], claims[1], claims[2], claims[3], claims[4])
        #expect(stranger["Remote-User"] == nil && stranger["X-Company-User"] == nil)
        #expect(stranger["X-Forwarded-For"] == "127.0.0.3" && stranger["X-Forwarded-Proto"] == "http")
        #expect(stranger["Host"] == own)
        // Nobody becomes this machine by a word.
        let status = try await Program.run(
          "curl",
          [
            "--silent", "--interface", "127.0.0.2", "--header", "Host: localhost", "--header",
            "X-Forwarded-For: 203.0.113.7",
            "--output", "/dev/null", "--write-out", "%{http_code}",
            "http://127.0.0.1:\(installation.port(port))/status",
          ])
        #expect(status.output == "403")
      }
    }

    @Test("has an app send nothing that is nginx's own, and nothing at another pace", arguments: Lane.runtimes)
    func accel(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let paths = [
        "/.orchestrator/status-\(installation.port(port)).html", "/.orchestrator/404.html", "/.orchestrator/503.json",
        "/.orchestrator/../status/\(installation.port(port)).html", "/.orchestrator/too-many.html", "/status",
        "/health",
        "@anything",
      ]
      let app = try TestApp.answering(
        200,
        headers:
          "{'X-Accel-Redirect': request.headers['X-Ask'], 'X-Accel-Limit-Rate': '1', 'X-Accel-Charset': 'utf-7', 'X-Accel-Expires': '5'}",
        body: "the app itself")
      try await installation.using("steering") {
        try await installation.deploy("plain", app, as: "steering")
        for path in paths {
          let answer = try await installation.get("steering", port: port, path: "/a", headers: ["X-Ask": path])
          #expect(answer.status == 200 && answer.text == "the app itself", "\(path): \(answer.text)")
          #expect(!answer.headers.keys.contains { $0.lowercased().hasPrefix("x-accel") }, "\(answer.headers)")
          guard path.hasPrefix("/") else { continue }
          let direct = try await installation.get("steering", port: port, path: path, headers: ["X-Ask": path])
          if path.hasPrefix("/.orchestrator/") && !path.contains("..") { #expect(direct.status == 404, "\(path)") }
        }
      }
    }
  }
}

extension Array {
  fileprivate func chunked(by count: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: self.count, by: count).map { self[$0..<Swift.min($0 + count, self.count)] }
  }
}
