package import Foundation
import SystemPackage

/// A file that the system makes while it is read, such as those of `/proc`.
package enum SystemFile {
  /// The whole contents; nil when the file is not there or cannot be read.
  ///
  /// The system gives at most a page at a time (proc(5), seq_file), which `FileManager` takes for the end of the file.
  package static func contents(_ path: String) -> Data? {
    guard let file = try? FileDescriptor.open(path, .readOnly) else { return nil }
    defer { try? file.close() }
    var data = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    do {
      while case let count = try buffer.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
        data.append(contentsOf: buffer[..<count])
      }
    } catch {
      return nil
    }
    return data
  }

  /// The whole contents as text.
  package static func text(_ path: String) -> String? { contents(path).map { String(decoding: $0, as: UTF8.self) } }

  /// Writes a word into a file that the system acts on; one that is not there is passed over.
  static func put(_ word: String, into path: String) {
    guard let file = try? FileDescriptor.open(path, .writeOnly, options: .closeOnExec) else { return }
    defer { try? file.close() }
    _ = try? file.writeAll(Data(word.utf8))
  }
}
