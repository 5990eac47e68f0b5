import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("What requests to an app may be")
struct RequestPolicyTests {
  @Test("is read from what an earlier version wrote, which knew no bound on requests under way")
  func earlier() throws {
    let json = #"{"bodyLimit":1048576,"timeout":60,"buffersRequests":false,"buffersResponses":true,"keepAlive":60}"#
    let options = try JSONDecoder().decode(RequestPolicy.self, from: Data(json.utf8))
    #expect(options.connections == nil && options.bodyLimit == 1 << 20)
  }

  @Test("comes back as it was", arguments: [nil, 7])
  func again(connections: Int?) throws {
    var options = RequestPolicy.standard
    options.connections = connections
    #expect(try JSONDecoder().decode(RequestPolicy.self, from: JSONEncoder().encode(options)) == options)
  }
}
