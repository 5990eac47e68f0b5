import Testing

@testable import Orchestrator

@Suite("The server of an app's pages")
struct PageServerTests {
  private static func server(fallback: String?, hashed: [String]) -> PageServer {
    PageServer(
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
}
