import OrchestratorModel

/// What does the work, put together from what the engine has.
extension DeploymentEngine {
  func steps(_ report: @escaping EventSink) -> DeploymentSteps {
    DeploymentSteps(
      store: store, runtimes: runtimes, proxy: proxy, probe: probe, folder: folder,
      buildSlots: BuildSlots(store: store, limit: configuration.simultaneousBuilds), diskPreflight: diskPreflight,
      report: report)
  }

  func retirement(_ report: @escaping EventSink, isPatient: Bool = true) -> Retirement {
    Retirement(
      store: store, runtimes: runtimes, proxy: proxy, folder: folder, keptReleases: configuration.keepReleases,
      isPatient: isPatient, report: report)
  }

  var diskPreflight: DiskPreflight {
    DiskPreflight(store: store, runtimes: runtimes, folder: folder, reserved: configuration.reservedDisk)
  }
}
