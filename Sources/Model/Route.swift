/// A way from the proxy to one workload of a host; of several instances the one with the fewest requests gets the next.
public struct Route: Hashable, Sendable, Codable {
  /// Which of the two maps an entry stands in.
  public enum Role: String, Sendable, Codable, CaseIterable {
    /// The app itself: `$backend_port`.
    case backend
    /// The pages in front of a backend: `$frontend_port`.
    case frontend
  }

  /// The app that the route leads to.
  public let app: AppName
  /// The release that serves it.
  public let release: ReleaseNumber
  /// The host name that clients ask for, without a port.
  public let host: String
  /// The stack's public port, on which clients ask.
  public let publicPort: TCPPort
  /// Which map the entry stands in.
  public let role: Role
  /// Paths such as `/api` that the workload claims for itself, with all below them, where the host has pages in front of it.
  public let paths: [String]
  /// Which instance of its component the workload is, from 1.
  public let instance: Int
  /// The port on 127.0.0.1 where the workload listens.
  public let internalPort: TCPPort
  /// What requests to it may be.
  public let http: RequestPolicy

  /// Makes a route.
  public init(
    app: AppName, release: ReleaseNumber, host: String, publicPort: TCPPort, role: Role, paths: [String] = [],
    instance: Int = 1, internalPort: TCPPort, http: RequestPolicy = .standard
  ) {
    self.app = app
    self.release = release
    self.host = host
    self.publicPort = publicPort
    self.role = role
    self.paths = paths
    self.instance = instance
    self.internalPort = internalPort
    self.http = http
  }
}

extension Route {
  /// Reads a route from JSON; one that was written by an earlier version may lack what that did not know.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      app: try values.decode(AppName.self, forKey: .app),
      release: try values.decode(ReleaseNumber.self, forKey: .release),
      host: try values.decode(String.self, forKey: .host),
      publicPort: try values.decode(TCPPort.self, forKey: .publicPort),
      role: try values.decode(Role.self, forKey: .role),
      paths: try values.decodeIfPresent([String].self, forKey: .paths) ?? [],
      instance: try values.decodeIfPresent(Int.self, forKey: .instance) ?? 1,
      internalPort: try values.decode(TCPPort.self, forKey: .internalPort),
      http: try values.decodeIfPresent(RequestPolicy.self, forKey: .http) ?? .standard)
  }
}
