import Foundation
public import OrchestratorModel

/// The stacks that apps can be deployed to, and what is wrong with those that could not be loaded.
///
/// A stack that is broken, or that clashes with one before it, is left out and reported; it never stops another from loading.
public struct StackRegistry: Sendable {
  /// All stacks, in the order in which they were loaded; those that are made of components follow the others.
  public var all: [Stack] { stacks.map(Stack.single) + composed.map(Stack.composed) }
  /// The stacks of one kind of workload.
  public private(set) var stacks: [StackDescriptor] = []
  /// The stacks that are made of components.
  public var composed: [ComposedStack] { linked.filter(\.faults.isEmpty).map(\.stack) }
  /// Why some stacks were left out.
  public var diagnostics: [Diagnostic] { ownDiagnostics + linked.flatMap(\.faults) }

  private var ownDiagnostics: [Diagnostic] = []
  /// Stacks made of components, which may be loaded before those that they name.
  private(set) var composedOutcomes: [(stack: ComposedStack, places: [String: DescriptorLoader.Place])] = []

  private static let builtInFolder = "built-in/"

  package let portOffset: Int

  package init(portOffset: Int = 0) { self.portOffset = portOffset }

  /// Loads the built-in stacks, then the plugins of `folders` in their order; `portOffset` is added to every port.
  ///
  /// A file that two of the folders lead to is loaded once.
  package init(pluginFolders folders: [String], portOffset: Int = 0) {
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
  public func stack(named name: String) throws -> Stack {
    if let stack = all.first(where: { $0.name.description == name }) { return stack }
    let names = all.map(\.name.description)
    let suggestion = names.closest(to: name).map { "did you mean \($0.quoted)? " } ?? ""
    let broken =
      diagnostics.isEmpty ? "" : "; \(diagnostics.count) mistakes keep other stacks from loading: see stacks list"
    throw OrchestratorError(
      .unknownStack, "there is no stack \(name.quoted)",
      hint: "\(suggestion)the stacks are \(names.joined(separator: ", "))\(broken)")
  }

  /// The names of all stacks by the ports at which clients reach their apps.
  package var atPublicPorts: [TCPPort: [StackName]] {
    Dictionary(grouping: all, by: \.publicPort).mapValues { $0.map(\.name) }
  }

  /// The stack of a component, which every stack that is made of components has.
  package func descriptor(of component: ComposedStack.Component) -> StackDescriptor? {
    stacks.first { $0.name == component.stack }
  }

  /// Takes in stacks that were checked before.
  package mutating func append(_ stack: Stack) {
    switch stack {
    case .single(let stack): stacks.append(stack)
    case .composed(let stack): composedOutcomes.append((stack, [:]))
    }
  }

  /// Takes in what was loaded, unless it is broken or clashes with a stack that is there.
  package mutating func add(_ outcome: DescriptorLoader.Outcome) {
    let faults = outcome.diagnostics + clashes(of: outcome)
    ownDiagnostics += faults
    guard faults.isEmpty else { return }
    switch outcome.stack {
    case .single(let stack)?: if let moved = moved(stack) { stacks.append(moved) }
    case .composed(let stack)?: if let moved = moved(stack) { composedOutcomes.append((moved, outcome.places)) }
    case nil: break
    }
  }

  /// The stack with its ports moved; nil when there are none there.
  package func moved(_ descriptor: StackDescriptor) -> StackDescriptor? {
    guard let publicPort = descriptor.publicPort.moved(by: portOffset),
      let internalPorts = descriptor.internalPorts.moved(by: portOffset)
    else { return nil }
    var moved = descriptor
    (moved.publicPort, moved.internalPorts) = (publicPort, internalPorts)
    return moved
  }

  package func moved(_ stack: ComposedStack) -> ComposedStack? {
    guard let publicPort = stack.publicPort.moved(by: portOffset) else { return nil }
    var moved = stack
    moved.publicPort = publicPort
    return moved
  }
}

extension StackRegistry {
  /// The text of a stack's descriptor, as its author wrote it.
  ///
  /// - Throws: ``OrchestratorError`` with the code `not_found` when its file is gone.
  public func text(of stack: Stack) throws -> String {
    if let own = BuiltInDescriptor.all.first(where: { stack.file == Self.builtInFolder + $0.fileName }) {
      return own.yaml
    }
    guard let data = FileManager.default.contents(atPath: stack.file) else {
      throw OrchestratorError(.notFound, "the descriptor \(stack.file.quoted) is gone")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
