import Foundation
import Testing

/// Texts that are kept in `Goldens/`; the environment variable `UPDATE_GOLDENS=1` writes them anew.
enum Golden {
  /// Expects `text` to be what the file `name` holds.
  static func expect(_ text: String, is name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appendingPathComponent("Goldens/\(name)")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDENS"] == "1" {
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try? String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "UPDATE_GOLDENS=1 writes \(name) anew", sourceLocation: sourceLocation)
  }
}
