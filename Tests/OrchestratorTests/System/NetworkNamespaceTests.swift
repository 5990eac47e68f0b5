import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

/// In our own namespace, which is entered as any other is.
@Suite("From another network namespace", .enabled(if: geteuid() == 0, "only root can enter one"))
struct NetworkNamespaceTests {
  private let own = NetworkNamespace(of: ProcessIdentity.current.id)

  @Test("a connection comes about where somebody listens, and nowhere else")
  func connection() async throws {
    let port = TestPorts.one()
    #expect(await own.connects(to: "127.0.0.1", port, within: .seconds(5)) == false)
    let listener = Listener(on: port)
    #expect(await own.connects(to: "127.0.0.1", port, within: .seconds(5)) == true)
    withExtendedLifetime(listener) {}
  }

  @Test("what cannot be tried has no answer")
  func unknown() async throws {
    #expect(await NetworkNamespace(of: 0).connects(to: "127.0.0.1", .number(80), within: .seconds(5)) == nil)
    #expect(await own.connects(to: "nowhere", .number(80), within: .seconds(5)) == nil)
  }
}
