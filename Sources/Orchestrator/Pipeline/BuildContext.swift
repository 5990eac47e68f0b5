import Foundation
import OrchestratorModel
import OrchestratorSystem

/// The copy of a component's source that is built from, with the Dockerfile beside it.
struct BuildContext {
  let path: String

  init(of plan: ComponentPlan, in folder: StateFolder) { path = folder.buildContext(plan) }

  /// Makes sure that it is gone.
  func remove() throws {
    for path in [path, path + ".Dockerfile"] where FileManager.default.fileExists(atPath: path) {
      try FileManager.default.removeItem(atPath: path)
      FaultPoint.pass("copy of the source removed")
    }
  }
}
