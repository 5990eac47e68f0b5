package import OrchestratorModel
package import Yams

/// One mapping of a descriptor while it is read.
///
/// It notes every mistake with its place instead of stopping at the first, and learns which keys exist by being asked for them:
/// a key that its reader did not ask for is unknown.
package final class DescriptorSection {
  package let log: DiagnosticLog
  /// The dotted path of the mapping, such as `health`; empty for the file itself.
  package let path: String
  private let node: Node
  private let pairs: [(key: Node, value: Node)]
  private var asked: [String] = []

  package init(_ node: Node, path: String, log: DiagnosticLog) {
    (self.node, self.path, self.log) = (node, path, log)
    pairs = node.mapping.map { mapping in mapping.map { ($0.key, $0.value) } } ?? []
    if node.mapping == nil { log.note("\(title) must be a mapping of keys to values", at: node) }
  }

  private var title: String { path.isEmpty ? "the file" : path.quoted }

  /// The value under `key`, or nil with a diagnostic when it is missing or wrong.
  package func required<Value>(_ key: String, _ kind: ValueKind<Value>) -> Value? {
    if let value = ask(key) { return read(value, key, kind) }
    noteMissing(key)
    return nil
  }

  /// The value under `key`, `fallback` when there is none or, with a diagnostic, when it is wrong.
  package func value<Value>(_ key: String, _ kind: ValueKind<Value>, or fallback: Value) -> Value {
    optional(key, kind) ?? fallback
  }

  /// The value under `key`, if there is one.
  package func optional<Value>(_ key: String, _ kind: ValueKind<Value>) -> Value? {
    ask(key).flatMap { read($0, key, kind) }
  }

  /// The list under `key`, empty when there is none.
  package func list<Value>(_ key: String, of kind: ValueKind<Value>) -> [Value] {
    guard let node = ask(key) else { return [] }
    guard let items = node.sequence else {
      log.note("\(key.quoted) must be a list", at: node)
      return []
    }
    return items.enumerated().compactMap { read($0.element, "\(key)[\($0.offset + 1)]", kind) }
  }

  /// The list under `key`, with a diagnostic when it is missing or empty.
  func requiredList<Value>(_ key: String, of kind: ValueKind<Value>) -> [Value] {
    guard let node = ask(key) else {
      noteMissing(key)
      return []
    }
    if node.sequence?.isEmpty == true { log.note("\(key.quoted) must not be empty", at: node) }
    return list(key, of: kind)
  }

  /// The mapping under `key` from free names to values, in the file's order. `kind` is told the names that stand before.
  package func entries<Value>(
    _ key: String, named name: ValueKind<String>, of kind: (_ earlier: [String]) -> ValueKind<Value>
  ) -> [(name: String, value: Value)] {
    guard let node = ask(key) else { return [] }
    guard let mapping = node.mapping else {
      log.note("\(key.quoted) must be a mapping of names to values", at: node)
      return []
    }
    var entries: [(name: String, value: Value)] = []
    for pair in mapping {
      guard let entry = read(pair.key, key, name) else { continue }
      read(pair.value, entry, kind(entries.map(\.name))).map { entries.append((entry, $0)) }
    }
    return entries
  }

  /// The mapping under `key` from free names to values, as a dictionary.
  func dictionary<Value>(_ key: String, named name: ValueKind<String>, of kind: ValueKind<Value>) -> [String: Value] {
    Dictionary(entries(key, named: name, of: { _ in kind }).map { ($0.name, $0.value) }) { first, _ in first }
  }

  /// The section under `key`; an empty one when it is not there.
  func section(_ key: String) -> DescriptorSection {
    DescriptorSection(ask(key) ?? .mapping(Node.Mapping([])), path: path.isEmpty ? key : "\(path).\(key)", log: log)
  }

  package func has(_ key: String) -> Bool { ask(key) != nil }

  /// Notes `message` at the value of `key`, or at the section where the key is missing.
  package func note(_ message: String, at key: String? = nil) {
    log.note(message, at: key.flatMap(ask) ?? node)
  }

  /// Notes that `key` is missing, unless this is no mapping at all, which was said before.
  func noteMissing(_ key: String, _ remark: String = "") {
    guard node.mapping != nil else { return }
    log.note("missing key \(key.quoted)" + (path.isEmpty ? "" : " in \(path.quoted)") + remark, at: node)
  }

  /// Notes every key that was never asked for, with the known one that it resembles.
  package func finish() {
    log.known.formUnion(asked.map { path.isEmpty ? $0 : "\(path).\($0)" })
    for (key, _) in pairs where !asked.contains(key.string ?? "") {
      let name = key.string ?? "(not text)"
      let suggestion = asked.suggestion(for: name)
      log.note("unknown key \(name.quoted)" + (path.isEmpty ? "" : " in \(path.quoted)") + suggestion, at: key)
    }
  }

  private func ask(_ key: String) -> Node? {
    if !asked.contains(key) { asked.append(key) }
    return pairs.first { $0.key.string == key }?.value
  }

  private func read<Value>(_ node: Node, _ key: String, _ kind: ValueKind<Value>) -> Value? {
    do {
      return try kind.read(node, log)
    } catch let fault as ValueFault {
      if let message = fault.message { log.note("\(key.quoted) \(message)", at: node) }
    } catch {
      log.note("\(key.quoted): \(error)", at: node)
    }
    return nil
  }
}

/// The mistakes found while one file is read, and the keys that were asked for.
package final class DiagnosticLog {
  package let file: String
  package private(set) var diagnostics: [Diagnostic] = []
  /// The dotted path of every key that the reader knows.
  package var known: Set<String> = []

  package init(file: String) { self.file = file }

  package func note(_ message: String, at node: Node) {
    note(message, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  package func note(_ message: String, line: Int, column: Int) {
    diagnostics.append(Diagnostic(file: file, line: line, column: column, message: message))
  }
}
