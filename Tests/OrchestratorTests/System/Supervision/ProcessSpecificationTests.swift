import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("What a supervisor starts")
struct ProcessSpecificationTests {
  /// As a version before wrote it, whose supervisors and apps go on under this one.
  private static let before = #"""
    {"command":["\/usr\/bin\/setpriv","--no-new-privs","--reuid=30006","--regid=30006","\/usr\/bin\/prlimit","--core=0","serve","--reuid=7"],
    "grace":[0,10000000000000000000],"environment":{"HOST":"127.0.0.1"},"folder":"\/srv","log":"\/srv\/app.log","logOwner":30006,
    "stopSignal":"SIGTERM","port":15000}
    """#

  @Test("tells the user that it runs as, also where a version before wrote it down")
  func user() throws {
    var specification = try JSONDecoder().decode(ProcessSpecification.self, from: Data(Self.before.utf8))
    #expect(specification.user == 30_006)
    specification.command = ["setpriv", "--no-new-privs", "serve"]
    #expect(specification.user == nil)
  }
}
