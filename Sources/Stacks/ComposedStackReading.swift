import OrchestratorModel
import Yams

/// How a descriptor is read that names components instead of saying how to build and run.
extension ComposedStack {
  /// Reads a whole descriptor; nil when something was missing. The section's log has the reasons.
  package init?(reading file: DescriptorSection, digest: String) {
    defer { file.finish() }
    let head = DescriptorHead(reading: file)
    let components = Self.readComponents(file)
    if components.isEmpty { file.note("'components' must name at least one", at: "components") }
    guard let head else { return nil }
    self.init(
      name: head.name, summary: head.summary, publicPort: head.publicPort, components: components, file: file.log.file,
      digest: digest)
  }

  private static func readComponents(_ file: DescriptorSection) -> [Component] {
    file.entries("components", named: .componentName, of: { _ in .component }).compactMap { name, body in
      (try? ComponentName(name)).map {
        Component(name: $0, stack: body.stack, folders: body.folders, whole: body.whole, paths: body.paths)
      }
    }
  }
}
