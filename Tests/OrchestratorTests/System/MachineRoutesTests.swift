import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("The routes of this machine")
struct MachineRoutesTests {
  @Test("are read as the system lists them, but for the default route")
  func table() {
    let table = """
      Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
      eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
      docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
      eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0

      """
    let routes = MachineRoutes.parse(table)
    #expect(routes.map(\.device) == ["docker0", "eth0"])
    #expect(routes.map(\.range.description) == ["172.17.0.0/16", "192.0.2.0/24"])
  }
}
