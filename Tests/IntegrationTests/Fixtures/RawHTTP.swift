import NIOCore
import NIOPosix

/// Requests that no client of good manners sends.
enum RawHTTP {
  /// Sends `request` as it is, and gives back all that comes until the server closes the connection, or until `text` has come.
  static func ask(_ request: String, port: Int, until text: String? = nil) async throws -> String {
    try await connect(to: port).executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var answer = ""
      for try await part in inbound {
        answer += String(buffer: part)
        if let text, answer.contains(text) { break }
      }
      return answer
    }
  }

  /// Sends `request`, and when it is answered each of `words` some time after the one before has come back; gives back all that comes.
  static func converse(_ request: String, saying words: [String], every pause: Duration, port: Int) async throws
    -> String
  {
    try await connect(to: port).executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var (answer, expected, left) = ("", "\r\n\r\n", words[...])
      for try await part in inbound {
        answer += String(buffer: part)
        guard answer.hasSuffix(expected) else { continue }
        guard let word = left.popFirst() else { break }
        try await Task.sleep(for: pause)
        try await outbound.write(ByteBuffer(string: word))
        expected = word
      }
      return answer
    }
  }

  private static func connect(to port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
  }
}
