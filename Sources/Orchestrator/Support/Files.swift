import Foundation
import SystemPackage

extension FileManager {
  /// Whether there is a folder at `path`, or a link to one.
  func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}

extension String {
  /// The folder that the file or folder at this path is in.
  var parentFolder: String { FilePath(self).removingLastComponent().string }

  /// The path made absolute, with links followed.
  var canonicalPath: String { URL(fileURLWithPath: self).resolvingSymlinksInPath().path }
}
