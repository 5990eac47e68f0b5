import Foundation
import OrchestratorModel

/// The environment of builds and apps that run as processes: nothing comes along that is not named here.
package enum ProcessEnvironment {
  /// What of our own environment apps get: language, time, and whom this machine trusts.
  private static let inherited = [
    "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS",
  ]
  /// What builds get as well: the way to the package indexes.
  private static let inheritedByBuilds = [
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "CURL_CA_BUNDLE", "PIP_CERT",
  ]
  private static let prefixesInheritedByBuilds = ["PIP_", "UV_", "npm_config_", "NPM_CONFIG_", "YARN_"]

  /// What every process of an app starts from.
  package static func app(_ folder: ReleaseFolder, own: [String: String] = ProcessInfo.processInfo.environment)
    -> [String:
    String]
  {
    let fixed = ["PATH": SystemPrograms.searchPath, "HOME": folder.home, "TMPDIR": folder.temporary, "LANG": "C.UTF-8"]
    return fixed.merging(own.filter { inherited.contains($0.key) }) { _, ours in ours }
  }

  /// What every command of a build starts from.
  package static func build(
    _ folder: ReleaseFolder, own: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String: String] {
    let ways = own.filter { name, _ in
      inheritedByBuilds.contains(name) || prefixesInheritedByBuilds.contains { name.hasPrefix($0) }
    }
    return app(folder, own: own).merging(ways) { _, way in way }
  }
}
