import Foundation
import OrchestratorModel

/// The disk that a folder is on.
package struct DiskSpace: Sendable, Equatable {
  /// Which disk it is.
  package let device: Int
  /// How many bytes can still be written, those aside that are kept for root.
  package let free: Int
  /// How many bytes there are in all.
  package let total: Int

  package init(device: Int, free: Int, total: Int) { (self.device, self.free, self.total) = (device, free, total) }

  /// Looks at the disk of the folder at `path`, or of the nearest folder above it that is there; nil where that cannot be seen.
  package init?(at path: String) {
    let folders = sequence(first: path) { $0 == "/" ? nil : $0.parentFolder }
    guard let folder = folders.first(where: FileManager.default.isFolder),
      let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder),
      let free = (facts[.systemFreeSize] as? NSNumber)?.intValue,
      let total = (facts[.systemSize] as? NSNumber)?.intValue,
      let device = (facts[.systemNumber] as? NSNumber)?.intValue
    else { return nil }
    self.init(device: device, free: free, total: total)
  }

  /// How many bytes of the disk the files in the folder at `path` take, whatever length they claim to have, or those of them that were seen
  /// when our task was cancelled; links are not followed.
  package static func used(by path: String) -> Int {
    guard let files = FileManager.default.enumerator(atPath: path) else { return 0 }
    var (bytes, linked): (Int, Set<UInt64>) = (0, [])
    while !Task.isCancelled, let name = files.nextObject() as? String {
      var facts = stat()
      guard lstat("\(path)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { continue }
      // Further names of a file take nothing.
      guard facts.st_nlink == 1 || linked.insert(UInt64(facts.st_ino)).inserted else { continue }
      bytes += Int(facts.st_blocks) * 512
    }
    return bytes
  }
}

extension Int {
  /// The number of bytes as people write it, such as `84 MB`, in units of 1000.
  package var bytes: String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    let index = Swift.min(units.count - 1, Swift.max(0, (String(magnitude).count - 1) / 3))
    let value = Double(self) / (0..<index).reduce(1) { unit, _ in unit * 1000 }
    return index == 0 || value >= 100 ? "\(Int(value)) \(units[index])" : String(format: "%.1f %@", value, units[index])
  }
}
