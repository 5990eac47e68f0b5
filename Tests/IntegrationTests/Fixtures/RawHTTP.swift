import NIOCore
import NIOPosix

/// Requests that no client of good manners sends.
enum RawHTTP {
  /// Sends `request` as it is, and gives back all that comes until the server closes the connection, or until `text` has come.
  static func ask(_ request: String, port: Int, until text: String? = nil) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var answer = ""
      for try await part in inbound {
        answer += String(buffer: part)
        if let text, answer.contains(text) { break }
      }
      return answer
    }
  }
}
