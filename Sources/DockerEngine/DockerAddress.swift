import OrchestratorModel

/// Where the Docker Engine listens, from `DOCKER_HOST` or the settings.
package struct DockerAddress: Sendable, Equatable, CustomStringConvertible {
  package let endpoint: HTTPRequest.Endpoint
  /// The address as the person wrote it.
  package let description: String

  /// Understands `unix://PATH` and, for an engine on this very machine, `tcp://127.0.0.1:PORT`.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  package init(_ text: String) throws {
    description = text
    if let match = text.wholeMatch(of: /unix:\/\/(\/.+)/) {
      endpoint = .unixSocket(path: String(match.1))
    } else if let match = text.wholeMatch(of: /tcp:\/\/([A-Za-z0-9.-]+):(\d+)\/?/),
      let port = Int(match.2).flatMap(TCPPort.init)
    {
      guard match.1 == "127.0.0.1" || match.1 == "localhost" else {
        throw OrchestratorError(
          .invalidInput, "the Docker Engine at \(text.quoted) is on another machine",
          hint: "the proxy and the apps run on this one; unset DOCKER_HOST, or set dockerHost, to use the engine here")
      }
      endpoint = .tcp(host: String(match.1), port: Int(port.number))
    } else {
      throw OrchestratorError(
        .invalidInput, "\(text.quoted) is not an address of a Docker Engine",
        hint: "DOCKER_HOST is unix://PATH or tcp://HOST:PORT")
    }
  }
}
