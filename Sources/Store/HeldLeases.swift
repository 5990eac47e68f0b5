import Synchronization

/// The leases that tasks of this process hold, in whichever stores. What stands in a store cannot tell these tasks apart, and a lease that
/// one gave back may still stand there, as on a full disk.
package enum HeldLeases {
  private struct Key: Hashable {
    let store: String
    let app: String
  }

  private static let held = Mutex<[Key: Lease]>([:])

  /// Notes that a task holds the lease.
  ///
  /// - Returns: the lease that another task holds already; then nothing is noted.
  static func hold(_ lease: Lease, of store: String) -> Lease? {
    held.withLock { held in
      let key = Key(store: store, app: lease.app)
      if let other = held[key] { return other }
      held[key] = lease
      return nil
    }
  }

  static func letGo(_ app: String, of store: String) {
    held.withLock { _ = $0.removeValue(forKey: Key(store: store, app: app)) }
  }

  package static func contain(_ app: String, of store: String) -> Bool {
    held.withLock { $0[Key(store: store, app: app)] != nil }
  }
}
