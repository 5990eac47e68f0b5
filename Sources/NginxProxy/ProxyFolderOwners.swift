import Foundation
import Glibc
import OrchestratorModel
import OrchestratorSystem

/// Whose the folders are: what nginx writes is its user's; configurations are ours, for its user to read; others are kept out of both.
///
/// An nginx goes on as the user that it was started as, whatever a later version or other settings say, until it is started anew: then
/// all of it is given to the next.
extension ProxyFolder {
  private var whatNginxWrites: [String] { [run, logs] }
  private var configurations: String { path + "/generations" }

  /// Whether all folders are there.
  var isPrepared: Bool { (whatNginxWrites + [configurations]).allSatisfy(FileManager.default.isFolder) }

  /// Makes the folders that are missing, and closes those that are there.
  ///
  /// - Parameter user: whose those are to be that nginx writes, where they are missing.
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable`.
  package func prepare(for user: @autoclosure () async throws -> NginxUser) async throws {
    if isPrepared { return close() }
    let user = try await user()
    do {
      for folder in [path, configurations] { try makeFolder(folder, passable) }
      for folder in whatNginxWrites where !FileManager.default.isFolder(folder) {
        try makeFolder(folder, 0o700)
        if !user.isOurselves { lchown(folder, user.id, user.group) }
      }
    } catch {
      throw OrchestratorError.unwritable(path, error)
    }
    close()
  }

  /// Closes the folders to all others, as an earlier version did not.
  package func close() {
    for folder in whatNginxWrites { chmod(folder, 0o700) }
    for folder in [path, configurations, pendingHosts] { chmod(folder, passable) }
  }

  /// The mode of a folder that nginx's user passes through: where that is not us it is one of all others.
  private var passable: mode_t { geteuid() == 0 ? 0o711 : 0o700 }

  /// Makes a folder with this mode, whatever our umask says.
  package func makeFolder(_ path: String, _ mode: UInt32) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: Int(mode)])
    chmod(path, mode)
  }

  /// Has everything belong to the user as whom nginx is to be started, or runs.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_unwritable`.
  package func give(to user: NginxUser) throws {
    for number in generations { try admit(user, to: number) }
    guard !user.isOurselves else { return }
    for folder in whatNginxWrites {
      guard try Handover(to: user).folder(folder) else { continue }
      FaultPoint.pass("\(folder) given to nginx's user")
    }
  }

  /// Lets nginx's user read a configuration; others but us are kept out.
  func admit(_ user: NginxUser, to number: Int) throws {
    let folder = generation(number)
    guard user.isOurselves || lchown(folder, geteuid(), user.group) == 0,
      chmod(folder, user.isOurselves ? 0o700 : 0o750) == 0
    else { throw OrchestratorError.unwritable(path, nil) }
  }
}
