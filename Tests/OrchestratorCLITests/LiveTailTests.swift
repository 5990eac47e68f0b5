import Foundation
import Testing

@testable import OrchestratorCLI

@Suite("The last lines of a build on a terminal")
struct LiveTailTests {
  @Test("are at most six, dimmed, and cut to the width of the screen")
  func lastLines() throws {
    let drawn = try drawing { tail in
      for number in 1...8 {
        tail.clear()
        tail.append("line \(number) " + String(repeating: "x", count: 200))
      }
    }
    let last = try #require(drawn.components(separatedBy: "\u{1B}[J").last).split(separator: "\n")
    #expect(last.count == 6)
    #expect(last.first?.hasPrefix("       \u{1B}[2m| line 3 xxx") == true)
    #expect(last.allSatisfy { $0.hasSuffix("x\u{1B}[0m") && $0.count < 100 })
  }

  @Test("are taken off the screen again: up by as many lines as were drawn, and erased")
  func cleared() throws {
    let drawn = try drawing { tail in
      tail.append("one")
      tail.clear()
      tail.append("two")
      tail.clear()
      tail.clear()
    }
    let one = "       \u{1B}[2m| one\u{1B}[0m\n"
    let two = "       \u{1B}[2m| two\u{1B}[0m\n"
    #expect(drawn == one + "\u{1B}[1A\u{1B}[J" + one + two + "\u{1B}[2A\u{1B}[J")
  }

  /// What `draw` writes to a screen.
  private func drawing(_ draw: (LiveTail) -> Void) throws -> String {
    let screen = Pipe()
    draw(LiveTail(Terminal(screen.fileHandleForWriting.fileDescriptor)))
    try screen.fileHandleForWriting.close()
    return String(decoding: try #require(try screen.fileHandleForReading.readToEnd()), as: UTF8.self)
  }
}
