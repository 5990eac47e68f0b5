import Foundation
import Glibc
import SystemPackage

extension FileManager {
  /// Whether there is a folder at `path`, or a link to one.
  package func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// The names of what is in the folder at `path`, sorted; none where it cannot be read.
  package func names(in path: String) -> [String] { ((try? contentsOfDirectory(atPath: path)) ?? []).sorted() }

  /// The paths of what is in the folder at `path`, sorted.
  package func children(of path: String) -> [String] { names(in: path).map { "\(path)/\($0)" } }

  /// Whether there is a folder at `path` that is no link.
  package func isRealFolder(_ path: String) -> Bool {
    (try? attributesOfItem(atPath: path)[.type] as? FileAttributeType) == .typeDirectory
  }

  /// Whether there is a file at `path`, or a link to one: nothing that could keep its reader waiting, such as a pipe.
  package func isFile(_ path: String) -> Bool {
    (try? attributesOfItem(atPath: path.canonicalPath)[.type] as? FileAttributeType) == .typeRegular
  }

  /// Whether something else than a file has the name.
  package func isOtherThanFile(_ path: String) -> Bool { isThere(path) && !isFile(path) }

  /// Whether anything is at `path`, if only a link that leads nowhere.
  package func isThere(_ path: String) -> Bool { (try? attributesOfItem(atPath: path)) != nil }
}

extension String {
  /// Writes the text to a file that everybody may read, whatever our umask says, in the place of whatever has the name.
  ///
  /// What is left when we are killed in the middle of it has a name that the next one takes.
  package func writeReadable(to path: String) throws {
    // No file of a stack begins with a dot.
    let fresh = "\(path.parentFolder)/.\(path.lastPathPart).orchestrator"
    try? FileManager.default.removeItem(atPath: fresh)
    try write(toFile: fresh, atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: fresh)
    guard rename(fresh, path) == 0 else { throw Errno(rawValue: errno) }
  }

  /// The folder that the file or folder at this path is in.
  package var parentFolder: String {
    let path = utf8.count > 1 && hasSuffix("/") ? dropLast() : self[...]
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of the path; empty where it has none.
  package var lastPathPart: String { split(separator: "/").last.map(String.init) ?? "" }

  /// The path with its `.` and `..` resolved by their text alone.
  var withoutDots: String { FilePath(self).lexicallyNormalized().string }

  /// The path made absolute by its text alone.
  package var absolutePath: String { URL(fileURLWithPath: self).path.withoutDots }

  /// The path made absolute, with links followed, also those on the way to what is not there.
  package var canonicalPath: String {
    let path = absolutePath
    // Foundation follows none where the end is not there.
    guard path != "/", !FileManager.default.isThere(path) else {
      return URL(fileURLWithPath: self).resolvingSymlinksInPath().path
    }
    let parent = path.parentFolder.canonicalPath
    return (parent == "/" ? "" : parent) + "/" + path.lastPathPart
  }
}
