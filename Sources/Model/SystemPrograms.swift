import Foundation

/// Finding the programs of this machine.
package enum SystemPrograms {
  /// Where a system keeps its programs, and where an ordinary user's `PATH` does not always lead.
  static let systemFolders = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  /// The folders in which builds and apps find programs.
  ///
  /// Root's own `PATH` may lead to folders that the users whom apps run as must not enter; any other user's is as it should be.
  package static var folders: [String] {
    let own = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    guard geteuid() != 0 else { return systemFolders }
    return own + systemFolders.filter { !own.contains($0) }
  }

  /// The `PATH` of builds and apps.
  package static var searchPath: String { folders.joined(separator: ":") }

  /// The absolute path of the program `name`, if it is in one of the folders.
  package static func path(of name: String) -> String? {
    if name.hasPrefix("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
    return folders.lazy.map { "\($0)/\(name)" }.first {
      FileManager.default.isExecutableFile(atPath: $0) && !FileManager.default.isFolder($0)
    }
  }
}
