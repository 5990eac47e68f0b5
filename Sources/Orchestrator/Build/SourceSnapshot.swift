import Foundation

/// A copy of an app's source as it was when the deployment began, so that editing it during the build changes nothing.
struct SourceSnapshot {
  let source: SourceFolder
  /// Names that are left out, with `*`, at any depth or, after a `/`, at the top only; version control never comes along.
  let ignored: [String]
  /// A folder that may lie in the source and never belongs to it: our own state.
  let stateFolder: String

  init(of source: SourceFolder, ignoring ignored: [String], leavingOut stateFolder: String) {
    self.source = source
    self.ignored = ignored + [".git", ".hg", ".svn"]
    self.stateFolder = stateFolder.canonicalPath
  }

  /// Copies the source into the new folder `destination`. Links are copied as links.
  ///
  /// - Throws: what the file system says; the caller removes what is left of the folder.
  func copy(to destination: String) throws {
    try copy(folder: source.path, to: destination)
  }

  private func copy(folder: String, to destination: String) throws {
    let manager = FileManager.default
    try manager.createDirectory(atPath: destination, withIntermediateDirectories: true)
    for name in try manager.contentsOfDirectory(atPath: folder) where !isIgnored(name, in: folder) {
      try Task.checkCancellation()
      guard !name.unicodeScalars.contains("\u{FFFD}") else {
        throw OrchestratorError(
          .invalidInput, "the name of a file in \(folder.quoted) is not UTF-8 text", hint: "rename it, or leave it out")
      }
      let (from, to) = ("\(folder)/\(name)", "\(destination)/\(name)")
      switch try manager.attributesOfItem(atPath: from)[.type] as? FileAttributeType {
      case .typeDirectory?: try copy(folder: from, to: to)
      case .typeRegular?, .typeSymbolicLink?: try manager.copyItem(atPath: from, toPath: to)
      default: continue  // sockets, pipes and devices are no source
      }
    }
  }

  private func isIgnored(_ name: String, in folder: String) -> Bool {
    "\(folder)/\(name)" == stateFolder || name.isIgnored(by: ignored, atTop: folder == source.path)
  }
}
