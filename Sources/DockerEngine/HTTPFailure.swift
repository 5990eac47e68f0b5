import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Why there was no answer.
package enum HTTPFailure: Error, Sendable, Equatable {
  /// No process listens at the address.
  case refused
  /// The socket exists, but this user may not use it.
  case forbidden
  /// There is no socket at the path.
  case noSocket
  /// The connection was made, and closed without an answer.
  case closed
  /// The answer did not come in time.
  case timedOut
  case other(String)
}

extension HTTPFailure {
  package init?(from error: any Error) {
    switch error {
    case let error as HTTPClientError: self.init(client: error)
    case let error as IOError: self.init(errno: error.errnoCode, text: String(describing: error))
    case let error as NIOConnectionError:
      let causes = error.connectionErrors.map(\.error)
      guard let cause = causes.first.flatMap({ HTTPFailure(from: $0) }) else { return nil }
      self = cause
    case is ChannelError, is HTTPParserError: self = .closed
    default: return nil
    }
  }

  private init(client error: HTTPClientError) {
    switch error {
    case .remoteConnectionClosed: self = .closed
    case .deadlineExceeded, .readTimeout, .connectTimeout: self = .timedOut
    default: self = .other(String(describing: error))
    }
  }

  private init(errno code: CInt, text: String) {
    switch code {
    case ECONNREFUSED: self = .refused
    case EACCES, EPERM: self = .forbidden
    case ENOENT, ENOTDIR: self = .noSocket
    case ECONNRESET, EPIPE: self = .closed
    case ETIMEDOUT, EHOSTUNREACH: self = .timedOut
    default: self = .other(text)
    }
  }
}
