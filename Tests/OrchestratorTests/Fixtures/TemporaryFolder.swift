import Foundation

/// A folder that exists as long as the test that was given it.
struct TemporaryFolder: Sendable {
  let path: String

  /// The path of something in the folder.
  func callAsFunction(_ relative: String) -> String { "\(path)/\(relative)" }

  /// Writes `text` to the file `relative`, and makes the folders that lead to it.
  @discardableResult
  func write(_ relative: String, _ text: String = "") throws -> String {
    try write(relative, Data(text.utf8))
  }

  /// Writes `bytes` to the file `relative`, and makes the folders that lead to it.
  @discardableResult
  func write(_ relative: String, _ bytes: Data) throws -> String {
    let file = URL(fileURLWithPath: self(relative))
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: file)
    return self(relative)
  }

  /// Writes several files, given as paths and texts.
  func write(_ files: KeyValuePairs<String, String>) throws {
    for (relative, text) in files { try write(relative, text) }
  }

  /// Makes the folder `relative`, and those that lead to it.
  @discardableResult
  func makeFolder(_ relative: String) throws -> String {
    try FileManager.default.createDirectory(atPath: self(relative), withIntermediateDirectories: true)
    return self(relative)
  }

  /// Makes a link at `relative` that leads to `target`.
  func link(_ relative: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: self(relative), withDestinationPath: target)
  }

  /// Removes what is at `relative`.
  func remove(_ relative: String) throws { try FileManager.default.removeItem(atPath: self(relative)) }

  /// The text of the file `relative`.
  func text(of relative: String) throws -> String {
    try String(contentsOfFile: self(relative), encoding: .utf8)
  }

  /// Whether something, if only a link that leads nowhere, is at `relative`.
  func has(_ relative: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: self(relative))) != nil
  }
}

/// Gives `body` a new folder, and removes it with everything in it afterwards.
func withTemporaryFolder<Result>(_ body: (TemporaryFolder) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder.make()
  defer { folder.remove() }
  return try body(folder)
}

/// Gives `body` a new folder, and removes it with everything in it afterwards.
func withTemporaryFolder<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
  let folder = try TemporaryFolder.make()
  defer { folder.remove() }
  return try await body(folder)
}

extension TemporaryFolder {
  fileprivate static func make() throws -> TemporaryFolder {
    let parent = URL(fileURLWithPath: NSTemporaryDirectory()).resolvingSymlinksInPath().path
    let folder = TemporaryFolder(path: "\(parent)/orchestrator-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    return folder
  }

  fileprivate func remove() { try? FileManager.default.removeItem(atPath: path) }
}
