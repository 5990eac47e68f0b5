import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

@Suite("What clients may not claim")
struct ClientClaimsTests {
  private func main(_ trust: ProxyTrust = ProxyTrust()) throws -> String {
    var configuration = NginxConfiguration.sample([.sample("shop")])
    configuration.trust = trust
    return try #require(configuration.files["nginx.conf"])
  }

  @Test("is one list, in which each name stands once and nginx sees a name")
  func names() {
    #expect(Set(ClientClaims.names.map { $0.lowercased() }).count == ClientClaims.names.count)
    for name in ClientClaims.names { #expect(throws: Never.self) { try HeaderName(name) } }
  }

  @Test("is named in the README, and nothing else is")
  func documented() throws {
    let readme = try String(contentsOfFile: PackageFolder.path + "/README.md", encoding: .utf8)
    let list = try #require(readme.firstMatch(of: /What clients may not claim:\n\n```\n([^`]+)```/)?.1)
    #expect(list.split(whereSeparator: \.isWhitespace).map(String.init).sorted() == ClientClaims.names.sorted())
  }

  @Test(
    "is passed on by nowhere: no file but the main one says what apps are told, which would take the place of all of it"
  )
  func inherited() throws {
    let files = NginxConfiguration.sample([.sample("shop"), .sample("blog", internalPort: 15001)]).files
    for name in files.keys where name != "nginx.conf" { #expect(files[name]?.contains("proxy_set_header") == false) }
    let main = try main()
    for name in ClientClaims.names { #expect(main.contains("    proxy_set_header \(name) '';\n")) }
    let servers = try #require(main.firstRange(of: "\n    server {")).lowerBound
    #expect(!main[servers...].contains("proxy_set_header") && !main[servers...].contains("proxy_ignore_headers"))
  }

  @Test("comes from a proxy that is trusted, where the settings say so, and from no other client")
  func passed() throws {
    let headers = try ["remote-user", "X-Company-User", "X-COMPANY-USER"].map { try HeaderName($0) }
    let alone = try main(ProxyTrust(headers: headers))
    #expect(alone.contains("proxy_set_header remote-user '';") && alone.contains("proxy_set_header X-Company-User '';"))
    let main = try main(ProxyTrust(proxies: [try AddressRange("10.0.0.1")], headers: headers))
    #expect(main.contains("proxy_set_header remote-user $passed_remote_user;"))
    #expect(!main.contains("proxy_set_header Remote-User '';") && !main.contains("X-COMPANY-USER"))
    #expect(
      main.contains("map $says_who $passed_x_company_user {\n        default '';\n        1 $http_x_company_user;"))
  }

  @Test("is nothing that an app could have nginx do, but for holding an answer back")
  func apps() throws {
    let ignored = try #require(try main().firstMatch(of: /proxy_ignore_headers (.+);/)?.1)
    #expect(ignored == "X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset")
  }
}
