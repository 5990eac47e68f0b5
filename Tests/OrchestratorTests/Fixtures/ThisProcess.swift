import Foundation

/// The process that runs the tests, as messages name it.
enum ThisProcess {
  static let description: String = {
    let name = FileManager.default.contents(atPath: "/proc/self/comm").map { String(decoding: $0, as: UTF8.self) } ?? ""
    return "\(name.trimmingCharacters(in: .whitespacesAndNewlines)) (pid \(ProcessInfo.processInfo.processIdentifier))"
  }()
}
