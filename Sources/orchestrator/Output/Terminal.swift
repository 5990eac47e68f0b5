import Foundation
import Synchronization

/// A stream to a person or a program, written line by line so that nothing waits in a buffer when the program is killed.
final class Terminal: Sendable {
  static let standardOutput = Terminal(STDOUT_FILENO)
  static let standardError = Terminal(STDERR_FILENO)

  /// Whether a person reads along.
  let isInteractive: Bool
  /// Whether colours are wanted (no-color.org).
  let hasColours: Bool
  private let descriptor: Int32
  private let firstFailure = Mutex<CInt?>(nil)

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    let environment = ProcessInfo.processInfo.environment
    isInteractive = isatty(descriptor) == 1 && environment["TERM"] != "dumb"
    hasColours = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
  }

  /// What kept something from being written, in the system's words; nil when all of it was, and when its reader has gone, as
  /// behind `| head`.
  var failure: String? {
    firstFailure.withLock { $0 }.flatMap { $0 == EPIPE ? nil : String(cString: strerror($0)) }
  }

  /// Writes a line; tells whether it could be written.
  @discardableResult
  func print(_ line: String) -> Bool { write(line + "\n") }

  /// Writes text as it is; tells whether it could be written.
  @discardableResult
  func write(_ text: String) -> Bool {
    var text = text
    let failure = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0)) }
    if let failure { firstFailure.withLock { $0 = $0 ?? failure } }
    return failure == nil
  }

  /// - Returns: the number of the error that kept something from being written.
  private func writeAll(_ bytes: UnsafeRawBufferPointer) -> CInt? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count >= 0 { rest = rest.dropFirst(count) } else if let failure = lastingFailure() { return failure }
    }
    return nil
  }

  /// Waits where a stream takes nothing just now, as a pipe that another process has made one that does not block.
  private func lastingFailure() -> CInt? {
    switch errno {
    case EINTR: return nil
    case EAGAIN:
      var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&stream, 1, -1)
      return nil
    default: return errno
    }
  }

  /// How many characters fit on a line.
  var width: Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}

extension Terminal {
  /// Has the standard streams that our parent had closed lead nowhere: the next file to be opened, such as that of the state, would get
  /// their numbers, and what is printed.
  static func occupyClosedStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // It cannot be written to, so that what is lost is noticed.
      _ = open("/dev/null", O_RDONLY)
    }
  }
}
