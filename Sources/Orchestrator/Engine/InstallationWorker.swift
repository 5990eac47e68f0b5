import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorRuntimes
import OrchestratorStacks
import OrchestratorStore

/// What does something to an installation, and has its parts at hand by their names.
protocol InstallationWorker: Sendable {
  var installation: Installation { get }
}

extension InstallationWorker {
  var store: Store { installation.store }
  var runtimes: Runtimes { installation.runtimes }
  var proxy: any ReverseProxy { installation.proxy }
  var probe: HealthProbe { installation.probe }
  var folder: StateFolder { installation.folder }
}
