import Testing

@testable import Orchestrator
@testable import OrchestratorNginxProxy
@testable import OrchestratorSystem

@Suite("What nginx can hold")
struct ProxyCapacityTests {
  /// Open files, connections, and the requests of an app, of this machine and of another client.
  static let table = [
    (256, 224, 56, 84, 14), (1024, 896, 224, 336, 56), (4096, 3584, 896, 1344, 224), (11_429, 10_000, 2500, 3750, 625),
    (18_725, 16_384, 4096, 6144, 1024), (65_536, 16_384, 4096, 6144, 1024),
  ]

  @Test("comes of the files that it may have open, and is shared out", arguments: table)
  func shares(openFiles: Int, connections: Int, app: Int, machine: Int, client: Int) {
    let capacity = ProxyCapacity(openFiles: openFiles)
    #expect(capacity.connections == connections && capacity.openFiles <= openFiles)
    #expect(capacity.requestsOfApp == app && capacity.requestsOfThisMachine == machine)
    #expect(capacity.requestsOfClient == client)
    // A request takes two connections. Neither an app nor this machine takes all, and from here all that an app has can be asked for.
    #expect(2 * app <= connections / 2 && 2 * machine <= connections * 3 / 4 && machine > app && client < app)
  }

  @Test("is said to be little where 9,000 connections of one client are nearly all", arguments: table)
  func shortcoming(openFiles: Int, connections: Int, app: Int, machine: Int, client: Int) throws {
    let shortcoming = ProxyCapacity(openFiles: openFiles).shortcoming
    #expect((shortcoming == nil) == (connections >= 10_000))
    if let shortcoming { #expect(shortcoming.contains("\(connections) connections only")) }
  }

  @Test(
    "is seen from what the system says of a process",
    arguments: [
      ("Max open files            1024                 524288               files     ", 65_536),
      (
        "Max cpu time              unlimited            unlimited            seconds\nMax open files 4096 4096 files",
        4096
      ),
      ("Max open files            unlimited            unlimited            files     ", 65_536), ("", nil),
    ])
  func limits(text: String, expected: Int?) { #expect(OpenFiles.parse(text) == expected) }

  @Test("is seen of a process that runs, and of none that does not")
  func running() {
    #expect(OpenFiles.most(of: ProcessIdentity.current.id) == Sandbox.mostOpenFiles)
    #expect(OpenFiles.most(of: 0) == nil)
  }
}
