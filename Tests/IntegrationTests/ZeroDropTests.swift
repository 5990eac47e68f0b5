import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy

extension Integration {
  /// The short form of `make bench-zero-drop`: clients that do not try again, of every kind at once.
  @Suite("What clients lose")
  struct ZeroDropTests {
    /// Where the app runs, and where nginx does. All have the ports of the benchmark, so they are in one lane.
    static let ways: [(RuntimeName, RuntimeName)] = [(.docker, .docker), (.process, .process), (.process, .docker)]

    @Test(
      "while an app is redeployed, a deploy fails, a neighbour comes and goes and a deployer is killed is nothing",
      .lane(.process), arguments: ways)
    func nothing(on runtime: RuntimeName, behind proxy: RuntimeName) async throws {
      let run = try await Program.run(
        "python3",
        [
          "\(TestApp.root)/Benchmarks/zero_drop.py", "--rounds", "\(Effort.times(2, short: 1))", "--runtime",
          runtime.rawValue, "--proxy",
          proxy.rawValue, "--app", runtime == proxy ? "ends" : "finishes",
          // One processor has to be enough for the app beside all others: what takes longer than the drain time is cut, and rightly so.
          "--connections", "8", "--pause", Effort.isExhaustive ? "0" : "5",
          "--program", Program.path, "--json",
        ])
      try #require(run.status == 0, "\(run.all)")
      let measured = try #require(try JSONDecoder().decode([Measured].self, from: Data(run.output.utf8)).first)
      for kind in ["request", "slow request", "upload", "download", "WebSocket"] {
        #expect(measured.asked[kind, default: 0] > 0, "\(kind)")
        // Until 1.27.4 nginx itself closes some kept connections when it reloads: the number is reported, not what it must be.
        let isKnown =
          proxy == .process && kind == "request" && NginxVersion(measured.nginx)?.hasKeepaliveMinTimeout == false
        if isKnown {
          print(
            "lost with nginx \(measured.nginx): \(measured.lost[kind, default: 0]) of \(measured.asked[kind, default: 0])"
          )
        } else {
          #expect(measured.lost[kind, default: 0] == 0, "\(kind): \(measured.reasons)")
        }
      }
    }

    private struct Measured: Decodable {
      let nginx: String
      let asked: [String: Int]
      let lost: [String: Int]
      let reasons: [String: Int]
    }
  }
}
