import Foundation
package import OrchestratorModel
import Yams

/// Reads stack descriptors from YAML text, files and folders; built-in ones and strangers' come through the same door.
package struct DescriptorLoader {
  /// The name of the descriptor in a plugin's folder.
  package static let fileName = "stack.yaml"

  /// What came of reading one descriptor: the descriptor, or the reasons why there is none.
  package struct Outcome: Sendable {
    package var stack: Stack?
    package var diagnostics: [Diagnostic]
    /// Where the keys of the file stand, dotted, for what is found wrong later on.
    package var places: [String: Place] = [:]
    /// Every key that the reader asked for, dotted.
    var knownKeys: Set<String> = []

    /// The file that was read.
    package var file: String { stack?.file ?? diagnostics.first?.file ?? "" }

    /// The descriptor, if the stack is not made of components.
    package var descriptor: StackDescriptor? { if case .single(let descriptor)? = stack { descriptor } else { nil } }
  }

  package struct Place: Sendable {
    package let line: Int
    package let column: Int
  }

  /// Reads the descriptor in `yaml`, naming it `file` in diagnostics.
  package func load(yaml: String, file: String) -> Outcome {
    let log = DiagnosticLog(file: file)
    do {
      guard let node = try Yams.compose(yaml: yaml), node.null == nil else {
        log.note("the file is empty: a descriptor was expected", line: 1, column: 1)
        return Outcome(diagnostics: log.diagnostics)
      }
      let stack = Stack(reading: DescriptorSection(node, path: "", log: log), digest: Digest.of([Data(yaml.utf8)]))
      return Outcome(
        stack: log.diagnostics.isEmpty ? stack : nil, diagnostics: log.diagnostics.sortedByPlace,
        places: places(in: node), knownKeys: log.known)
    } catch {
      log.note(yamlError: error)
      return Outcome(diagnostics: log.diagnostics)
    }
  }

  /// Reads the descriptor in the file at `path`.
  package func load(file path: String) -> Outcome {
    guard let data = FileManager.default.contents(atPath: path) else {
      return .failure(file: path, "the file cannot be read")
    }
    guard let yaml = String(validating: data, as: UTF8.self) else {
      return .failure(file: path, "not a YAML file: it is not UTF-8 text")
    }
    return load(yaml: yaml, file: path)
  }

  /// Reads what is at `path`: a descriptor, or a folder; that there is nothing is a mistake of the person who named it.
  package func load(path: String) -> [Outcome] {
    if FileManager.default.isFolder(path) { return load(folder: path) }
    if FileManager.default.fileExists(atPath: path) { return [load(file: path)] }
    return [.failure(file: path, "there is no such folder")]
  }

  /// Reads a folder: the plugin in it if it holds a `stack.yaml`, else every `NAME.yaml` and every folder `NAME/stack.yaml` in it.
  package func load(folder path: String) -> [Outcome] {
    let own = path + "/" + Self.fileName
    if FileManager.default.fileExists(atPath: own) { return [load(file: own)] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
    return names.filter { !$0.hasPrefix(".") }.compactMap { name in load(entry: "\(path)/\(name)") }
  }

  private func load(entry path: String) -> Outcome? {
    if FileManager.default.isFolder(path) {
      let file = path + "/" + Self.fileName
      guard FileManager.default.fileExists(atPath: file) else {
        return .failure(file: path, "the folder has no descriptor: \(Self.fileName.quoted) was expected in it")
      }
      return load(file: file)
    }
    return path.hasSuffix(".yaml") || path.hasSuffix(".yml") ? load(file: path) : nil
  }

  private func places(in node: Node, under path: String = "") -> [String: Place] {
    (node.mapping?.map { $0 } ?? []).reduce(into: [:]) { places, pair in
      guard let key = pair.key.string, let mark = pair.value.mark else { return }
      places[path + key] = Place(line: mark.line, column: mark.column)
      places.merge(self.places(in: pair.value, under: "\(path)\(key).")) { first, _ in first }
    }
  }
}

extension Stack {
  /// Reads whatever kind of stack the descriptor is of; nil when something was missing.
  package init?(reading file: DescriptorSection, digest: String) {
    let stack =
      file.has("components")
      ? ComposedStack(reading: file, digest: digest).map(Stack.composed)
      : StackDescriptor(reading: file, digest: digest).map(Stack.single)
    guard let stack else { return nil }
    self = stack
  }
}

extension DescriptorLoader.Outcome {
  package static func failure(file: String, _ message: String) -> Self {
    Self(diagnostics: [Diagnostic(file: file, line: 1, column: 1, message: message)])
  }
}

extension DiagnosticLog {
  /// Notes what the YAML parser says, at the place that it names.
  fileprivate func note(yamlError error: any Error) {
    switch error {
    case YamlError.composer(let context?, let problem, let mark, _):
      note("not a YAML file: \(context.text) \(problem)", line: mark.line, column: mark.column)
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(nil, let problem, let mark, _):
      note("not a YAML file: \(problem)", line: mark.line, column: mark.column)
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { $0.quoted }.sorted().joined(separator: ", ")
      note("the key \(names) stands twice", line: context.mark.line, column: context.mark.column)
    case YamlError.reader(let problem, _, _, _):
      note("not a YAML file: \(problem)", line: 1, column: 1)
    default:
      note("not a YAML file: \(error)", line: 1, column: 1)
    }
  }
}

extension [Diagnostic] {
  fileprivate var sortedByPlace: [Diagnostic] {
    sorted { ($0.line, $0.column) < ($1.line, $1.column) }
  }
}
