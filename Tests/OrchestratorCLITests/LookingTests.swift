import Foundation
import Testing

@Suite("Looking in a folder that is not there")
struct LookingTests {
  let program = Program()

  @Test(
    "ends with 0 and nothing, says why on stderr, and makes no folder",
    arguments: [["list"], ["list", "--json"], ["proxy", "status"], ["proxy", "show"], ["reconcile"], ["prune"]])
  func nothing(_ words: [String]) async throws {
    let run = try await program.run(words: words)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("there is no installation in '\(program.home)'"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: program.home))
  }

  @Test(
    "ends with 3 where an app is named, says why, and makes no folder",
    arguments: [
      ["status", "shop"], ["logs", "shop"], ["destroy", "shop", "--yes"], ["scale", "shop", "2"],
      ["maintenance", "on", "shop"], ["backup", "/dev/null/b.db"],
    ])
  func named(_ words: [String]) async throws {
    let run = try await program.run(words: words)
    #expect(run.status == 3, "\(run.errors)")
    #expect(run.errors.contains("there is no installation in '\(program.home)'"), "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: program.home))
  }

  @Test("is a finding of the doctor, who makes no folder either")
  func doctor() async throws {
    let run = try await program.run("doctor", "--fix")
    #expect(run.output.contains("there is no installation in '\(program.home)'"), "\(run.output)\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: program.home))
  }

  @Test("makes none where a deploy is refused before it begins")
  func refused() async throws {
    let run = try await program.run("deploy", "flask", "/no/such/folder", "--subdomain", "shop")
    #expect(run.status == 3)
    #expect(!FileManager.default.fileExists(atPath: program.home))
  }
}
