import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("An event as JSON")
struct DeploymentEventTests {
  private static let release = Release(
    app: .blog, number: .v(2), stack: sure(try StackName("flask")), state: .live,
    url: "http://blog.localhost:14000", runtime: .docker,
    components: [
      .init(
        name: nil, stack: sure(try StackName("flask")), instances: 1, ports: [.number(15000)],
        image: "orchestrator/blog:v2",
        descriptorDigest: "0")
    ], source: "/src", descriptorDigest: "0", createdAt: Date(timeIntervalSince1970: 0))

  private static let all: [(DeploymentEvent, String)] = [
    (
      .started(app: .blog, stack: sure(try StackName("flask")), release: .v(2), source: "/src", runtime: .docker),
      #"{"app":"blog","event":"started","release":"v2","runtime":"docker","source":"/src","stack":"flask"}"#
    ),
    (.stepBegan(.buildImage), #"{"event":"step_began","step":"build image"}"#),
    (.output(.buildImage, line: "RUN \"x\""), #"{"event":"output","line":"RUN \"x\"","step":"build image"}"#),
    (
      .stepFinished(.reservePort, detail: "127.0.0.1:15000", seconds: 0.5),
      #"{"detail":"127.0.0.1:15000","event":"step_finished","seconds":0.5,"step":"reserve port"}"#
    ),
    (
      .stepBegan(DeploymentStep(.buildImage, of: sure(try ComponentName("frontend")))),
      #"{"component":"frontend","event":"step_began","step":"build image"}"#
    ),
    (
      .note(Notice(.portInUse, about: .app(.shop), "port 15000 is in use", context: ["port": "15000"])),
      #"{"code":"port_in_use","context":{"port":"15000"},"event":"note","severity":"information","subject":{"app":"shop"},"text":"port 15000 is in use"}"#
    ),
    (.stepUndone(.startWorkload, failure: nil), #"{"event":"step_undone","step":"start workload"}"#),
    (.stepUndone(.startWorkload, failure: "no"), #"{"event":"step_undone","failure":"no","step":"start workload"}"#),
    (
      .retired(.v(1), detail: "on 15001 drained", seconds: 1),
      #"{"detail":"on 15001 drained","event":"retired","release":"v1","seconds":1}"#
    ),
  ]

  private static func json(_ event: DeploymentEvent) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(event), as: UTF8.self)
  }

  @Test("is one flat object, whose event names it", arguments: all)
  func flat(event: DeploymentEvent, json: String) throws { #expect(try Self.json(event) == json) }

  @Test("carries the release that went live")
  func live() throws {
    let json = try Self.json(.live(Self.release, seconds: 14.9))
    #expect(json.hasPrefix(#"{"event":"live","release":{"app":"blog","#))
    #expect(
      json.contains(#""number":"v2""#) && json.contains(#""ports":[15000]"#) && json.hasSuffix(#""seconds":14.9}"#))
  }
}
