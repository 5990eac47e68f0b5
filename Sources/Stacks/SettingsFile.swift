package import OrchestratorModel
import Yams

/// What is wrong with a `settings.yaml`; it is looked at with the same eyes as a descriptor.
package enum SettingsFile {
  package static func diagnostics(yaml: String, file: String) -> [Diagnostic] {
    // What is not YAML is reported by the code that reads the values; an empty file has no settings.
    guard let node = try? Yams.compose(yaml: yaml), node.null == nil else { return [] }
    let log = DiagnosticLog(file: file)
    let settings = DescriptorSection(node, path: "", log: log)
    for key in [
      "domain", "runtime", "proxyRuntime", "program", "dockerHost", "proxyImage", "namespace", "reservedDisk",
      "containerNetwork",
    ] {
      _ = settings.optional(key, .text)
    }
    for key in ["portOffset", "keepReleases", "firstUser", "simultaneousBuilds"] { _ = settings.optional(key, .whole) }
    for key in ["baseImages", "pluginFolders", "trustedProxies", "passedHeaders"] { _ = settings.list(key, of: .text) }
    settings.finish()
    return log.diagnostics
  }
}
