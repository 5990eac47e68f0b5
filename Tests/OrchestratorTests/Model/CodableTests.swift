import Foundation
import Testing

@testable import OrchestratorModel

@Suite("What crosses a wire")
struct CodableTests {
  private func roundTrip<Value: Codable & Equatable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }

  private static let release = Release(
    app: .blog, number: .v(2), stack: sure(try StackName("stub")), state: .live, url: "http://blog.localhost:14000",
    runtime: .docker, components: [], source: "/src/blog", descriptorDigest: "0123",
    createdAt: Date(timeIntervalSince1970: 1_000_000), liveAt: nil)

  @Test(
    "is every event, both ways",
    arguments: [
      .started(app: .blog, stack: sure(try StackName("stub")), release: .v(2), source: "/src", runtime: .process),
      .stepBegan(DeploymentStep(.buildImage, of: .api)), .output(.buildImage, line: "compiling"),
      .stepFinished(DeploymentStep(.awaitHealthy, of: .api, instance: 2), detail: "GET / 200", seconds: 1.5),
      .note(Notice(.portInUse, .warning, about: .app(.shop), "a word", context: ["port": "1"])),
      .stepUndone(.reservePort, failure: nil), .stepUndone(.startWorkload, failure: "it is stuck"),
      .live(release, seconds: 2), .retired(.v(1), detail: "drained", seconds: 0.5),
      .reduced(.v(2), detail: "drained", seconds: 0.5), .scaled(release, seconds: 3),
    ] as [DeploymentEvent])
  func events(event: DeploymentEvent) throws { #expect(try roundTrip(event) == event) }

  @Test("is no event of a later version, which is said")
  func laterEvent() throws {
    let text = #"{"event":"teleported"}"#
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DeploymentEvent.self, from: Data(text.utf8))
    }
    #expect("\(try #require(error))".contains("teleported"))
  }

  @Test("is what is to be deployed, with everything that can be said of it")
  func spec() throws {
    let spec = AppSpec(
      name: .blog, stack: "flask", source: "./blog", variables: ["wsgi": "app:app"], buildEnvironment: ["A": "b"],
      healthPath: "/up", instances: try Scale(3, components: [.api: 2]), bodyLimit: 1 << 20,
      responseTimeout: .seconds(90), runtime: .process)
    #expect(try roundTrip(spec) == spec)
    let most = #"{"all":1000}"#
    #expect(throws: OrchestratorError.self) { try JSONDecoder().decode(Scale.self, from: Data(most.utf8)) }
  }

  @Test("is an error with all that it says")
  func error() throws {
    var error = OrchestratorError(.buildFailed, "the build failed\n  | no compiler", hint: "mend it")
    error.rollback = OrchestratorError.Rollback(
      release: .v(3), undone: ["build image"], leftBehind: [], stillServing: .v(2))
    #expect(try roundTrip(error) == error)
  }
}
