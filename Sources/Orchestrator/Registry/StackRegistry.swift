import Foundation
import Stacks

/// The stacks that apps can be deployed to, and what is wrong with those that could not be loaded.
///
/// A stack that is broken, or that clashes with one before it, is left out and reported; it never stops another from loading.
public struct StackRegistry: Sendable {
  /// The stacks, in the order in which they were loaded.
  public private(set) var stacks: [StackDescriptor] = []
  /// Why some stacks were left out.
  public private(set) var diagnostics: [Diagnostic] = []

  private static let builtInFolder = "built-in/"

  let portOffset: Int

  init(portOffset: Int = 0) { self.portOffset = portOffset }

  /// Loads the built-in stacks, then the plugins of `folders` in their order; `portOffset` is added to every port.
  ///
  /// A file that two of the folders lead to is loaded once.
  init(pluginFolders folders: [String], portOffset: Int = 0) {
    self.init(portOffset: portOffset)
    let loader = DescriptorLoader()
    for stack in BuiltInDescriptor.all {
      add(loader.load(yaml: stack.yaml, file: Self.builtInFolder + stack.fileName))
    }
    var seen: Set<String> = []
    for outcome in folders.flatMap(loader.load(path:)) where seen.insert(outcome.file.canonicalPath).inserted {
      add(outcome)
    }
  }

  /// The stack named `name`.
  ///
  /// - Throws: ``OrchestratorError`` with the code `unknown_stack`, with the name that was probably meant.
  public func stack(named name: String) throws -> StackDescriptor {
    if let stack = stacks.first(where: { $0.name.description == name }) { return stack }
    let names = stacks.map(\.name.description)
    let suggestion = names.closest(to: name).map { "did you mean \($0.quoted)? " } ?? ""
    let broken =
      diagnostics.isEmpty ? "" : "; \(diagnostics.count) mistakes keep other stacks from loading: see stacks list"
    throw OrchestratorError(
      .unknownStack, "there is no stack \(name.quoted)",
      hint: "\(suggestion)the stacks are \(names.joined(separator: ", "))\(broken)")
  }

  /// The other stacks whose apps the source of `app` looks like.
  func recognising(_ app: AppSpec) throws -> [StackName] {
    let source = try SourceFolder(app.source)
    return stacks.filter { stack in
      stack.name.description != app.stack
        && VariableDetector(stack: stack, source: source, app: app.name).recognises()
    }.map(\.name)
  }

  /// Takes in a stack that was checked before.
  mutating func append(_ stack: StackDescriptor) { stacks.append(stack) }

  /// Takes in what was loaded, unless it is broken or clashes with a stack that is there.
  mutating func add(_ outcome: DescriptorLoader.Outcome) {
    let faults = outcome.diagnostics + clashes(of: outcome)
    diagnostics += faults
    guard faults.isEmpty, let descriptor = outcome.descriptor.flatMap(moved) else { return }
    stacks.append(descriptor)
  }

  private func moved(_ descriptor: StackDescriptor) -> StackDescriptor? {
    guard let publicPort = descriptor.publicPort.moved(by: portOffset),
      let internalPorts = descriptor.internalPorts.moved(by: portOffset)
    else { return nil }
    var moved = descriptor
    (moved.publicPort, moved.internalPorts) = (publicPort, internalPorts)
    return moved
  }

  /// What of a loaded descriptor cannot stand beside the stacks that are there.
  private func clashes(of outcome: DescriptorLoader.Outcome) -> [Diagnostic] {
    guard let original = outcome.descriptor else { return [] }
    func fault(_ key: String, _ message: String) -> Diagnostic {
      let place = outcome.places[key] ?? .init(line: 1, column: 1)
      return Diagnostic(file: original.file, line: place.line, column: place.column, message: message)
    }
    guard let new = moved(original) else {
      return [fault("publicPort", "the port offset \(portOffset) moves a port of the stack beyond 1024-65535")]
    }
    return stacks.flatMap { other -> [Diagnostic] in
      var faults: [Diagnostic] = []
      if other.name == new.name {
        faults.append(fault("name", "there is a stack \(other.name.description.quoted) already, from \(other.file)"))
      }
      if other.internalPorts.overlaps(new.internalPorts) {
        faults.append(
          fault("internalPorts", "internal ports \(new.internalPorts) overlap those of \(other.namedRange)"))
      }
      if other.internalPorts.contains(new.publicPort) {
        faults.append(
          fault("publicPort", "public port \(new.publicPort) lies inside the internal ports of \(other.namedRange)"))
      }
      if new.internalPorts.contains(other.publicPort) {
        let port = "public port \(other.publicPort) of stack \(other.name.description.quoted)"
        faults.append(fault("internalPorts", "internal ports \(new.internalPorts) contain the \(port)"))
      }
      return faults
    }
  }
}

extension StackDescriptor {
  fileprivate var namedRange: String { "stack \(name.description.quoted) (\(internalPorts))" }
}

extension StackRegistry {
  /// The text of a stack's descriptor, as its author wrote it.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when its file is gone.
  public func text(of stack: StackDescriptor) throws -> String {
    if let own = BuiltInDescriptor.all.first(where: { stack.file == Self.builtInFolder + $0.fileName }) {
      return own.yaml
    }
    guard let data = FileManager.default.contents(atPath: stack.file) else {
      throw OrchestratorError(.notFound, "the descriptor \(stack.file.quoted) is gone")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
