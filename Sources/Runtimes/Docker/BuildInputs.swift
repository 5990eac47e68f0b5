import Foundation
import OrchestratorModel
import OrchestratorPlanning

/// What an image is made from, by which it is told whether an image was made from the same before.
extension ImageBuild {
  /// The digest of the source in the context, as long as nothing of ours is in it, and of all else that the image depends on.
  ///
  /// - Throws: `CancellationError`, or what the file system says.
  func inputs() async throws -> String {
    var digest = Digest()
    digest.add(try facts())
    let source = try SourceFolder(context)
    for entry in try await SourceSnapshot(of: source, ignoring: [], leavingOut: context).entries() {
      let file = entry.isLink || entry.isFolder ? nil : try source.open(entry.names)
      let words = [entry.path, entry.target, "\(entry.kind)", "\(file?.facts.permissions ?? 0)"]
      digest.add(try encoder.encode(words))
      try await file?.read { digest.add($0) }
    }
    return digest.text
  }

  private func facts() throws -> Data {
    let server = try plan.containerStaticSite()?.configuration ?? ""
    let files = plan.stack.build.files.merging(["/": server]) { own, _ in own }
    // What is asked for stands in our own Dockerfile; that of an app has it in its arguments.
    let values = plan.stack.build.bringsDockerfile ? plan.buildEnvironment : [:]
    return try encoder.encode(plan.stack.build.recipe) + encoder.encode([bases, [dockerfile() ?? ""]])
      + encoder.encode([files, values])
  }

  private var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return encoder
  }
}
