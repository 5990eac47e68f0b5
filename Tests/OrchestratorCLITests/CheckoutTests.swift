import Foundation
import Subprocess
import Testing

@Suite("The checkout")
struct CheckoutTests {
  @Test("has no two paths that differ only in case, so that it works on a disk that ignores case")
  func caseInsensitive() async throws {
    let paths = try await trackedPaths()
    #expect(paths.count > 50)
    let twins = Dictionary(grouping: paths, by: { $0.lowercased() }).values.filter { $0.count > 1 }
    #expect(twins.isEmpty, "\(twins)")
  }

  @Test("has no path that the library and the command line share, so that a merged folder can be told apart")
  func mergedFolders() async throws {
    let paths = try await trackedPaths()
    let library = topLevel(paths, below: "Sources/Orchestrator/")
    let program = topLevel(paths, below: "Sources/orchestrator/")
    #expect(!library.isEmpty && !program.isEmpty)
    #expect(library.intersection(program).isEmpty)
  }

  @Test("names in Package.swift everything that belongs to the command line")
  func commandLineSources() async throws {
    let package = try String(contentsOfFile: Program.root + "/Package.swift", encoding: .utf8)
    let listed = try #require(package.firstMatch(of: /let commandLineSources = \[(.*)\]/))
    let names = listed.1.matches(of: /"([^"]+)"/).map { String($0.1) }
    let folder = Program.root + "/Sources/orchestrator"
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == names.sorted())
  }

  private func trackedPaths() async throws -> [String] {
    let result = try await Subprocess.run(
      .name("git"), arguments: ["-C", Program.root, "ls-files"], output: .string(limit: 4 << 20))
    try #require(result.terminationStatus.isSuccess, "this must be a git checkout")
    return result.standardOutput.split(separator: "\n").map(String.init)
  }

  private func topLevel(_ paths: [String], below folder: String) -> Set<String> {
    Set(
      paths.filter { $0.hasPrefix(folder) }.map { path in
        path.dropFirst(folder.count).split(separator: "/")[0].lowercased()
      })
  }
}
