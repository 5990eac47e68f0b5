import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("A result that cannot be written")
struct UnwritableOutputTests {
  let program = Program()

  static let commands = [
    ["list", "--json"], ["stacks", "list"], ["stacks", "list", "--json"], ["stacks", "show", "flask"], ["--help"],
    ["stacks", "--help"], ["--generate-completion-script", "bash"],
  ]

  @Test("ends with 1, and is said on stderr", arguments: commands, ["> /dev/full", ">&-"])
  func full(command: [String], stream: String) async throws {
    let run = try await program.run(words: command, into: stream)
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.errors.contains(stream == ">&-" ? "Bad file descriptor" : "No space left on device"), "\(run.errors)")
  }

  @Test("says that what was done is done, also where errors are objects")
  func words() async throws {
    let run = try await program.run(words: ["stacks", "list", "--json"], into: "> /dev/full")
    #expect(
      run.errors == """
        Error: the result could not be written to stdout: No space left on device
          hint: what the command did is done all the same; ask for it again where there is room

        """)
  }

  @Test("keeps the status of another error, which is said on stderr then")
  func otherError() async throws {
    let run = try await program.run(words: ["status", "nobody", "--json"], into: "> /dev/full")
    #expect(run.status == 3)
    #expect(run.errors.contains("there is no app 'nobody'"))
  }

  @Test("is no error when nobody reads on, as behind 'head'")
  func nobodyReads() async throws {
    let run = try await program.run(words: ["stacks", "show", "flask"], into: "| true; exit ${PIPESTATUS[0]}")
    #expect(run.status == 0)
    #expect(run.errors == "")
  }

  @Test("is written to no file of the state in the place of a stream that is closed")
  func closedStreams() async throws {
    _ = try Store(in: StateFolder(program.home))
    let run = try await program.run(words: ["list", "--json"], into: "<&- >&- 2>&-")
    #expect(run.status == 1)
    let names = try FileManager.default.contentsOfDirectory(atPath: program.home)
    #expect(names.contains("state.db"))
    for name in names {
      let contents = FileManager.default.contents(atPath: "\(program.home)/\(name)") ?? Data()
      #expect(!contents.contains("apps") && !contents.contains("Error"), "\(name)")
    }
  }
}

extension Data {
  fileprivate func contains(_ text: String) -> Bool { range(of: Data(text.utf8)) != nil }
}
