import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

/// Deploys the app `mortal`, and does `work` with the arguments that deploy it again.
func withMortalApp(
  on runtime: RuntimeName, _ work: (Installation, [String]) async throws -> Void
) async throws {
  let installation = try await Installation.on(runtime)
  let app = try TestApp.plain()
  try await installation.using("mortal") {
    // As many releases as are kept, so that each deployment from now on passes the same points: it removes the oldest, and the proxy's
    // configuration before the last.
    for _ in 1...3 { try await installation.deploy("plain", app, as: "mortal") }
    try await work(installation, ["deploy", "plain", app.folder, "--subdomain", "mortal"])
  }
}

/// Everything that is there, and which release of an app serves.
struct Moment {
  let world: World
  let live: ReleaseNumber?
}

extension Installation {
  /// Has no app, and no nginx.
  func startFromNothing() async throws {
    try await destroy("mortal")
    let stopped = try await orchestrator("proxy", "stop")
    try #require(stopped.status == 0, "\(stopped.all)")
  }

  func moment(of app: String) async throws -> Moment {
    Moment(world: try await world(), live: try await liveRelease(of: app))
  }

  /// Kills a deployment of the app `mortal` at its points, while a client asks for the app without pause.
  func killAtPoints(of arguments: [String], asking port: Int) async throws {
    let failures = try await asking("mortal", port: port) {
      try await dyingAtPoints(
        of: arguments, before: { try await moment(of: "mortal") },
        then: { before, point in try await expectOrder(of: "mortal", as: before, after: point) })
    }
    #expect(failures == [])
  }

  /// Expects that after one more command everything is in order: as it was before, if the same release serves.
  ///
  /// What is to be retired may have to wait until the proxy's old workers are gone.
  func expectOrder(of app: String, as before: Moment, after point: String) async throws {
    let list = try await orchestrator("list")
    #expect(list.status == 0, "\(point): \(list.all)")
    #expect(try await faultsBeneath() == [], "\(point)")
    if try await liveRelease(of: app) == before.live {
      let after = try await world()
      #expect(after == before.world, "\(point)")
    } else {
      try await eventually {
        if try await disorder(of: app).isEmpty { return true }
        _ = try await orchestrator("list")
        return false
      }
      #expect(try await disorder(of: app) == [], "\(point)")
    }
  }
}
