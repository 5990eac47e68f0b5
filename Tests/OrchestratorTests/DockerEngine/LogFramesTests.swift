import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorSystem

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
    #expect(reader.splitter.rest() == "rest")
    #expect(reader.splitter.rest() == nil)
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
    #expect(reader.splitter.rest() == "rest")
  }

  @Test("may be longer than 64 KiB a frame")
  func longFrame() {
    let text = String(repeating: "x", count: 70_000)
    var frames = LogFrames()
    #expect(frames.payload(of: Self.frame(text + "\n")).reduce(Data(), +) == Data("\(text)\n".utf8))
  }

  @Test("is passed on as it comes: nothing of a frame is kept until its end")
  func pieces() {
    var frames = LogFrames()
    let start = Data([1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]) + Data("abc".utf8)
    #expect(frames.payload(of: start) == [Data("abc".utf8)])
    #expect(frames.payload(of: Data("def".utf8)) == [Data("def".utf8)])
  }

  @Test("may be nothing")
  func nothing() {
    var frames = LogFrames()
    #expect(frames.payload(of: Data()) == [])
    #expect(frames.payload(of: Self.frame("") + Self.frame("")) == [])
    #expect(frames.payload(of: Self.frame("x")) == [Data("x".utf8)])
  }

  /// A frame as Docker sends it: the stream's number, three zeros, the length, the text.
  private static func frame(_ text: String) -> Data {
    let bytes = Array(text.utf8)
    let length = withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) }
    return Data([1, 0, 0, 0] + length + bytes)
  }

  private struct Reader {
    var frames = LogFrames()
    var splitter = LineSplitter()
    var lines: [String] = []

    mutating func read(_ chunk: Data) {
      for piece in frames.payload(of: chunk) { lines += splitter.lines(in: piece) }
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
