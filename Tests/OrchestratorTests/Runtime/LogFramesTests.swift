import Foundation
import Testing

@testable import Orchestrator

@Suite("The output of a container")
struct LogFramesTests {
  private static let stream = ["first\n", "sec", "ond\n\nfou", "rth \u{1B}[31mé\n", "rest"].reduce(Data()) {
    $0 + frame($1)
  }
  private static let lines = ["first", "second", "", "fourth é"]

  @Test("is put together however the stream is cut", arguments: 1...Self.stream.count)
  func chunks(of size: Int) {
    var reader = Reader()
    for start in stride(from: 0, to: Self.stream.count, by: size) {
      reader.read(Self.stream[start..<min(start + size, Self.stream.count)])
    }
    #expect(reader.lines == Self.lines)
    #expect(reader.frames.takeRest() == "rest")
    #expect(reader.frames.takeRest() == nil)
  }

  @Test("is put together from pieces of any size", arguments: 0..<50 as Range<UInt64>)
  func randomChunks(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var reader = Reader()
    var left = Self.stream[...]
    while !left.isEmpty {
      let size = Int.random(in: 1...left.count, using: &generator)
      reader.read(left.prefix(size))
      left = left.dropFirst(size)
    }
    #expect(reader.lines == Self.lines)
    #expect(reader.frames.takeRest() == "rest")
  }

  @Test("may be longer than 64 KiB a frame")
  func longFrame() {
    let text = String(repeating: "x", count: 70_000)
    var frames = LogFrames()
    frames.append(Self.frame(text + "\n"))
    #expect(frames.takeLines() == [text])
  }

  @Test("may be nothing")
  func nothing() {
    var frames = LogFrames()
    frames.append(Data())
    #expect(frames.takeLines() == [])
    #expect(frames.takeRest() == nil)
  }

  /// A frame as Docker sends it: the stream's number, three zeros, the length, the text.
  private static func frame(_ text: String) -> Data {
    let bytes = Array(text.utf8)
    let length = withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) }
    return Data([1, 0, 0, 0] + length + bytes)
  }

  private struct Reader {
    var frames = LogFrames()
    var lines: [String] = []

    mutating func read(_ chunk: Data) {
      frames.append(chunk)
      lines += frames.takeLines()
    }
  }
}

/// Random numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
