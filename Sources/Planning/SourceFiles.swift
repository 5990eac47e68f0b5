import OrchestratorModel

/// Finding files in a source by the patterns of a descriptor.
extension SourceFolder {
  /// Names of files and folders that hold an app's tests, and that `*` never stands for: they have apps of their own.
  static let tests = ["test", "tests", "test_*.py", "*_test.py", "conftest.py"]
  /// How many files and folders a manifest of an app may be.
  static let mostManifests = 10_000

  /// The files that `pattern` names, sorted; `*` stands for any part of one name, and never for a hidden or an ignored one,
  /// nor for tests.
  ///
  /// - Parameter isWanted: whether to go on looking where a pattern stands for any number of names.
  package func files(
    matching pattern: String, within folder: String = ".", ignoring ignored: [String] = [],
    while isWanted: () -> Bool = { true }
  ) -> [String] {
    let isWanted = pattern.contains("*") ? isWanted : { true }
    let parts = ([folder] + pattern.split(separator: "/").map(String.init)).filter { $0 != "." }
    let ignored = NamePatterns(ignored + Self.tests)
    let found = parts.reduce([""]) { folders, part in
      let part = NamePattern(part)
      return folders.flatMap { parent in
        isWanted() ? names(matching: part, in: parent, ignoring: ignored).map { parent.below($0) } : []
      }
    }
    return found.filter { isWanted() && kind(of: $0) == .file }
  }

  /// The files and folders that `patterns` name and that are there, each once, in the order of the patterns.
  package func paths(named patterns: [String]) -> [String] {
    let found = patterns.flatMap { pattern -> [String] in
      let path = pattern.hasPrefix("./") ? String(pattern.dropFirst(2)) : pattern
      return path.contains("*") ? files(matching: path) : [path].filter(has)
    }
    return found.reduce(into: []) { paths, path in if !paths.contains(path) { paths.append(path) } }
  }

  private func names(matching pattern: NamePattern, in parent: String, ignoring ignored: NamePatterns) -> [String] {
    guard pattern.text.contains("*") else { return [pattern.text] }
    return names(in: parent).filter { name in
      !name.hasPrefix(".") && pattern.matches(name) && !ignored.match(name, atTop: parent.isEmpty)
    }
  }

  /// The names of what is in a folder of the source, sorted; none where there is no such folder.
  private func names(in relative: String) -> [String] { (try? source(in: relative)?.folder.names()) ?? [] }

  /// The files that are at `path`, or in the folder that is there, by paths on which there may be links inside the source.
  ///
  /// - Throws: `CancellationError`, or ``OrchestratorError`` with the code `invalid_input` where there are too many: links can make any
  ///   number of a few folders.
  package func files(at path: String) throws -> [String] {
    var (files, waiting, count) = ([String](), [path], 0)
    while let next = waiting.popLast() {
      try Task.checkCancellation()
      count += 1
      guard count <= Self.mostManifests else { throw Self.tooMany(at: path) }
      switch kind(of: next) {
      case .folder: waiting += names(in: next).reversed().map { next.below($0) }
      case .file: files.append(next)
      default: continue
      }
    }
    return files
  }

  private static func tooMany(at path: String) -> OrchestratorError {
    OrchestratorError(
      .invalidInput,
      "\(path.quoted), which is to say what the app depends on, is more than \(mostManifests) files and folders",
      hint: "check where the links in it lead")
  }
}

extension String {
  /// The path of something in the folder at this path, which is empty for the top.
  package func below(_ name: String) -> String { isEmpty ? name : "\(self)/\(name)" }
}
