/// Reads what is added to a log.
struct LogFollower {
  private let log: RotatedLog
  /// How much of the file was read, in bytes.
  private var place: Int
  /// Which file was the full one when the log was looked at last.
  private var full: UInt64?
  private var splitter = LineSplitter()

  /// Begins after the first `start` bytes of the file.
  init(_ log: RotatedLog, from start: Int) { (self.log, place, full) = (log, start, log.openFull()?.identity) }

  /// Gives every line that was added since the last time to `receive`.
  mutating func read(_ receive: (String) async throws -> Void) async throws {
    let full = log.openFull()?.identity
    guard let file = OpenLog(log.path) else { return }
    if file.size < place { try await passShortened(file, receive) } else { self.full = full }
    try await pass(file, upTo: file.size, receive)
  }

  /// The file has become shorter. What was not read yet has moved on, unless it was the program itself that cut its log.
  private mutating func passShortened(_ file: OpenLog, _ receive: (String) async throws -> Void) async throws {
    let moved = log.openFull()
    defer { full = moved?.identity }
    guard let moved, moved.identity != full else { return place = file.size }
    try await pass(moved, upTo: moved.size, receive)
    place = 0
  }

  private mutating func pass(
    _ file: OpenLog, upTo end: Int, _ receive: (String) async throws -> Void
  ) async throws {
    defer { place = end }
    guard place < end else { return }
    for piece in file.pieces(of: file.written(in: place..<end)) {
      try Task.checkCancellation()
      for line in splitter.lines(in: piece) { try await receive(line) }
    }
  }
}

extension RotatedLog {
  fileprivate func openFull() -> OpenLog? { OpenLog(fullFile) }

  /// Gives every line that is written after the first `start` bytes to `receive`, as long as `isWritten` says that more can come.
  package func follow(
    from start: Int, _ receive: (String) async throws -> Void, while isWritten: () -> Bool
  ) async throws {
    var follower = LogFollower(self, from: start)
    while true {
      // Asked before the reading: what was written before the end came is read.
      let goesOn = isWritten()
      try await follower.read(receive)
      guard goesOn else { return }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
