import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A real HTTP server on a unix socket that answers from memory, and remembers what it was asked.
final class StubServer: Sendable {
  struct Request: Sendable {
    var method: String
    var uri: String
    var headers: [String: String]
    var body = ""
  }

  struct Answer: Sendable {
    var status = 200
    var body = ""
    /// Whether the answer goes on for ever after the body.
    var isEndless = false
  }

  private let asked = Mutex<[Request]>([])

  var requests: [Request] { asked.withLock { $0 } }

  fileprivate func note(_ request: Request) { asked.withLock { $0.append(request) } }
}

/// Runs `body` while a server answers at the unix socket `path`.
func withStubServer(
  at path: String, answering answer: @escaping @Sendable (StubServer.Request) -> StubServer.Answer,
  _ body: (StubServer) async throws -> Void
) async throws {
  let server = StubServer()
  let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    .childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
        try channel.pipeline.syncOperations.addHandler(StubHandler(server: server, answer: answer))
      }
    }
    .bind(unixDomainSocketPath: path).get()
  do {
    try await body(server)
  } catch {
    try await channel.close().get()
    throw error
  }
  try await channel.close().get()
}

private final class StubHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let server: StubServer
  private let answer: @Sendable (StubServer.Request) -> StubServer.Answer
  private var request: StubServer.Request?

  init(server: StubServer, answer: @escaping @Sendable (StubServer.Request) -> StubServer.Answer) {
    (self.server, self.answer) = (server, answer)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }
      request = StubServer.Request(method: head.method.rawValue, uri: head.uri, headers: headers)
    case .body(let part): request?.body += String(buffer: part)
    case .end:
      guard let request else { return }
      server.note(request)
      write(answer(request), to: context)
    }
  }

  private func write(_ answer: StubServer.Answer, to context: ChannelHandlerContext) {
    let length = answer.isEndless ? [:] : HTTPHeaders([("Content-Length", String(answer.body.utf8.count))])
    let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: length)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(
      wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(string: answer.body)))), promise: nil)
    if !answer.isEndless { context.write(wrapOutboundOut(.end(nil)), promise: nil) }
    context.flush()
  }
}
