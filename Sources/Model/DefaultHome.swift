import Foundation
import Glibc

extension OrchestratorConfiguration {
  /// Where the state is when the caller names no other place.
  ///
  /// Root's own home is closed to the users that root's apps run as, so root's state is where a system keeps that of services; an
  /// installation that stands in root's home already stays there.
  public static var defaultHome: String {
    let own = NSHomeDirectory() + "/.orchestrator"
    return geteuid() == 0 && !FileManager.default.fileExists(atPath: own + "/state.db") ? "/var/lib/orchestrator" : own
  }
}
