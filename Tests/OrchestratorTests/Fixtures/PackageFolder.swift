import Foundation

/// The package that the tests stand in.
enum PackageFolder {
  static let path = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .path

  /// The files of the built-in descriptors, sorted.
  static var builtInDescriptors: [String] { entries(of: "Sources/Stacks/Descriptors") }

  /// The descriptors of the plugins that ship with the program, sorted.
  static var pluginDescriptors: [String] {
    entries(of: "Plugins").map { $0 + "/stack.yaml" }.filter { FileManager.default.fileExists(atPath: $0) }
  }

  private static func entries(of folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
    return names.sorted().map { "\(path)/\(folder)/\($0)" }
  }
}
