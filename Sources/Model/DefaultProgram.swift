import Foundation

extension OrchestratorConfiguration {
  /// The program `orchestrator`: the running program if it is that, else the one on the `PATH`, else that name as it is.
  static let defaultProgram: String = {
    let name = "orchestrator"
    if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
      URL(fileURLWithPath: own).lastPathComponent == name
    {
      return own
    }
    return SystemPrograms.path(of: name) ?? name
  }()
}
