import Glibc

/// The user that an app's processes run as.
///
/// Root gives each app a user of its own, so that no app can read another's files or end its processes. The numbers lie where no
/// system keeps accounts of people by default (Debian Policy, 9.2.2). Anybody else can only be themselves.
enum AppUser {
  static let first = 30_000

  /// The number of the user and of its group; nil means that the processes run as ourselves.
  static func id(of plan: DeploymentPlan) -> UInt32? {
    geteuid() == 0 ? UInt32(first + (plan.appNumber ?? 0)) : nil
  }
}
