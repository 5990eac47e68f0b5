import Glibc
package import OrchestratorModel

/// The user that an app's processes run as, and its containers.
///
/// Root gives each app a user of its own, so that no app can read another's files or end its processes. Any other user can only
/// run them as itself.
package struct AppUser: Sendable {
  /// The number of the user and of its group; nil means that the processes run as ourselves.
  package let id: UInt32?

  /// No user but ourselves.
  package static let ourselves = AppUser(id: nil)

  private init(id: UInt32?) { self.id = id }

  package init(of plan: ComponentPlan, first: Int) {
    id = geteuid() == 0 ? Self.number(of: plan.appNumber ?? 0, first: first) : nil
  }

  /// The number of the user that belongs to the app numbered `app`, whether or not we may become that user.
  ///
  /// - Parameter first: the setting `firstUser`, which is nginx's own number.
  package static func number(of app: Int, first: Int) -> UInt32 { UInt32(first + app % AppNumber.users) }
}
