import Orchestrator

/// Deploys the app in `source` for a moment, and tells how it went.
func tryOut(_ source: String, with configuration: OrchestratorConfiguration) async throws -> AppStatus {
  let engine = try DeploymentEngine(configuration)
  let shop = try AppName("shop")

  let release = try await engine.deploy(AppSpec(name: shop, stack: "flask", source: source)) { events in
    for await event in events {
      if case .stepFinished(let step, let detail, let seconds) = event {
        print("\(step): \(detail) (\(seconds) s)")
      }
    }
  }
  print("\(release.number) serves at \(release.url)")

  let status = try await engine.status(of: shop)
  for try await line in try await engine.logs(of: shop) { print(line) }
  try await engine.destroy(shop)
  return status
}
