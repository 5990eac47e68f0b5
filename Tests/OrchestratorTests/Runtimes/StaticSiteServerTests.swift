import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning

@Suite("The server of an app's pages")
struct StaticSiteServerTests {
  private static func server(fallback: String?, hashed: [String]) -> StaticSiteServer {
    StaticSiteServer(
      serve: .init(folder: Template("dist"), fallback: fallback, hashed: hashed), folder: "/srv/pages",
      host: "127.0.0.1",
      port: .number(18000), temporaryFolder: "/srv/tmp")
  }

  @Test(
    "is configured as it always was",
    arguments: [("single-page-app", "index.html", ["assets", "static/v1.0"]), ("site", nil, [])])
  func goldens(name: String, fallback: String?, hashed: [String]) throws {
    try Golden.expect(Self.server(fallback: fallback, hashed: hashed).configuration, is: "pages/\(name).conf")
  }

  @Test(
    "a hash in a name is told from a word",
    arguments: [
      ("/assets/index-BX3Yz_9a.js", true), ("/assets/main-RS7RQVV5.css", true), ("/static/js/main.0a1b2c3d.js", true),
      ("/static/js/2.0a1b2c3d.chunk.js", true), ("/static/js/main.0a1b2c3d.js.map", true),
      ("/assets/logo.0123456789abcdef0123.svg", true), ("/assets/fonts/inter-B2qNw8Xz.woff2", true),
      ("/assets/hero-background.png", false), ("/assets/company-logo-dark.svg", false), ("/favicon-32x32.png", false),
      ("/assets/inter-variable.woff2", false), ("/assets/images/profile-placeholder.png", false),
      ("/assets/photo-20240101.jpg", false), ("/assets/Inter-SemiBold.woff2", false),
      ("/assets/shot-2024june.png", false), ("/index-BX3Yz_9a.js", false), ("/assets/index.html", false),
    ])
  func hashes(path: String, isHashed: Bool) throws {
    let text = Self.server(fallback: "index.html", hashed: ["assets", "static"]).configuration
    let rules = text.matches(of: /"~(\S+)" "public/).map { String($0.1) }
    #expect(rules.count == 2)
    #expect(try rules.contains { try path.firstMatch(of: Regex($0)) != nil } == isHashed)
  }
}
