import Glibc

/// The user that an app's processes run as.
///
/// Root gives each app a user of its own, so that no app can read another's files or end its processes. Anybody else can only be
/// themselves.
struct AppUser: Sendable {
  /// How many users there are; after so many apps the numbers begin anew.
  private static let count = 30_000

  /// The number of the user and of its group; nil means that the processes run as ourselves.
  let id: UInt32?

  /// Nobody but ourselves.
  static let ourselves = AppUser(id: nil)

  private init(id: UInt32?) { self.id = id }

  init(of plan: ComponentPlan, first: Int) {
    id = geteuid() == 0 ? UInt32(first + (plan.appNumber ?? 0) % Self.count) : nil
  }
}
