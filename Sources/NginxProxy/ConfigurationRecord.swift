import OrchestratorModel

/// A configuration as it is written down beside its files. Its form is that of the first version, with a row for each upstream: programs of
/// that version and of this one run side by side, and each reads what the other wrote.
private struct ConfigurationRecord: Codable {
  let generation: Int
  let routes: [UpstreamRow]
  let publicPorts: [TCPPort]
  let folder: String
  let runFolder: String
  let logFolder: String
  let version: NginxVersion
  let hasIPv6: Bool
  let workerShutdownTimeout: Duration
  // What later versions added.
  let capacity: ProxyCapacity?
  let trust: ProxyTrust?
  let quarantined: [ProxyStatus.Quarantine]?
  let maintenance: [MaintenanceRow]?
}

private struct UpstreamRow: Codable {
  let app: AppName
  let release: ReleaseNumber
  let host: String
  let publicPort: TCPPort
  let role: StackDescriptor.Role
  let internalPort: TCPPort
  // What later versions added.
  let paths: [String]?
  let instance: Int?
  let http: RequestPolicy?
  /// nil on this machine alone.
  let address: String?
}

private struct MaintenanceRow: Codable {
  let app: AppName
  let host: String
  let message: String?
}

extension NginxConfiguration: Codable {
  /// Reads what a configuration was made of.
  package init(from decoder: any Decoder) throws {
    let record = try ConfigurationRecord(from: decoder)
    self.init(
      generation: record.generation, sites: record.sites, publicPorts: record.publicPorts, folder: record.folder,
      runFolder: record.runFolder, logFolder: record.logFolder, version: record.version, hasIPv6: record.hasIPv6,
      workerShutdownTimeout: record.workerShutdownTimeout, capacity: record.capacity ?? .ofEarlierVersions,
      trust: record.trust ?? ProxyTrust(), quarantined: record.quarantined ?? [])
  }

  /// Writes down what the configuration is made of.
  package func encode(to encoder: any Encoder) throws {
    try ConfigurationRecord(
      generation: generation, routes: sites.flatMap(\.rows), publicPorts: publicPorts, folder: folder,
      runFolder: runFolder, logFolder: logFolder, version: version, hasIPv6: hasIPv6,
      workerShutdownTimeout: workerShutdownTimeout, capacity: capacity, trust: trust, quarantined: quarantined,
      maintenance: sites.sorted { $0.app < $1.app }.compactMap(\.maintenanceRow)
    ).encode(to: encoder)
  }
}

extension ConfigurationRecord {
  fileprivate var sites: [Site] {
    let modes = (maintenance ?? []).map { ($0.app, MaintenanceMode.on(message: $0.message)) }
    return routes.map(\.row).sites(maintenance: Dictionary(modes) { first, _ in first })
  }
}

extension UpstreamRow {
  fileprivate var row: SiteRow {
    let address = address.map { SocketEndpoint(host: $0, port: internalPort) } ?? .loopback(internalPort)
    return SiteRow(
      app: app, release: release, host: host, publicPort: publicPort, part: role, paths: paths ?? [],
      policy: http ?? .standard, upstream: Upstream(instance: instance ?? 1, address: address))
  }
}

extension Site {
  fileprivate var rows: [UpstreamRow] {
    locations.flatMap { location in
      location.upstreams.map { upstream in
        let isLoopback = upstream.address == .loopback(upstream.address.port)
        return UpstreamRow(
          app: app, release: release, host: host, publicPort: listener.port, role: location.part,
          internalPort: upstream.address.port, paths: location.paths, instance: upstream.instance,
          http: location.policy,
          address: isLoopback ? nil : upstream.address.host)
      }
    }
  }

  fileprivate var maintenanceRow: MaintenanceRow? {
    guard case .on(let message) = maintenance else { return nil }
    return MaintenanceRow(app: app, host: host, message: message)
  }
}
