import Foundation
package import GRDB
import OrchestratorModel

extension Database.BusyMode {
  /// Waits for who has the database locked, for at most `limit` or until our task is cancelled; SQLite's own wait would be deaf to that.
  package static func waiting(atMost limit: Duration) -> Database.BusyMode {
    .callback { tries in
      guard !Task.isCancelled, Double(tries) * 0.01 < limit.seconds else { return false }
      // Most are done in a moment.
      Thread.sleep(forTimeInterval: tries < 10 ? 0.001 : 0.01)
      return true
    }
  }
}
