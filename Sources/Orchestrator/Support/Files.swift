import Foundation

extension FileManager {
  /// Whether there is a folder at `path`, or a link to one.
  func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}

extension String {
  /// The path made absolute, with links followed.
  var canonicalPath: String { URL(fileURLWithPath: self).resolvingSymlinksInPath().path }
}
