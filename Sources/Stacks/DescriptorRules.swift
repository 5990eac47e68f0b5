import OrchestratorModel
import Yams

// How the parts of a descriptor are read that are lists or mappings of their own: detection rules, variables, build steps, pages and
// components.

extension ValueKind<DetectionRule> {
  static func detectionRule(path: String, variables: Set<String>) -> ValueKind {
    section(path) { section in
      let files = section.requiredList("files", of: .relativePath)
      let match = section.optional("match", .expression)
      let without = section.optional("without", .expression)
      let groups = Set((1...9).map(String.init))
      return DetectionRule(
        files: files,
        within: section.value("within", .template(variables, in: .relativePath), or: Template(".")),
        match: match,
        without: without,
        value: section.value(
          "value", .template(groups.union(variables).union(["file", "folder", "module"])), or: Template("${file}")))
    }
  }
}

extension ValueKind<StackDescriptor.Variable> {
  /// A variable whose rules may use the variables `earlier`.
  package static func variable(earlier: Set<String>) -> ValueKind {
    section("variables") { section in
      let summary = section.required("summary", .text)
      let pattern = section.optional("pattern", .expression)
      let detect = section.list("detect", of: .detectionRule(path: "variables.detect", variables: earlier))
      let fallback = section.optional("default", .template(earlier.union(["app"])))
      return summary.map { summary in
        StackDescriptor.Variable(name: "", summary: summary, pattern: pattern, detect: detect, fallback: fallback)
      }
    }
  }
}

extension ValueKind<String> {
  /// The name of one of the stack's own variables.
  fileprivate static func knownVariable(_ names: Set<String>) -> ValueKind {
    ValueKind { node, log in
      let name = try ValueKind<String>.text.read(node, log)
      guard names.contains(name) else {
        let suggestion = names.suggestion(for: name)
        throw ValueFault(message: "must name a variable of the stack, not \(name.quoted)\(suggestion)")
      }
      return name
    }
  }
}

extension ValueKind<StackDescriptor.BuildStep> {
  /// A list that is the command itself, or a mapping with the command and its conditions.
  static func buildStep(path: String, names: Set<String>) -> ValueKind {
    let stable = StackDescriptor.Build.withoutPlaces(names)
    let conditional = section(path) { section -> StackDescriptor.BuildStep? in
      let command = section.requiredList("run", of: .template(names))
      let own = Set(names).subtracting(StackDescriptor.standardVariables.map(\.key))
      let when = section.dictionary("when", named: .knownVariable(own), of: .text)
      return StackDescriptor.BuildStep(
        command: command, onlyIf: section.optional("if", .template(stable, in: .relativePath)),
        unless: section.optional("unless", .template(stable, in: .relativePath)), when: when.isEmpty ? nil : when)
    }
    return ValueKind { node, log in
      if node.mapping != nil { return try conditional.read(node, log) }
      guard let arguments = node.sequence, !arguments.isEmpty else {
        throw ValueFault(message: "must be a program and its arguments")
      }
      let command = try arguments.map { try ValueKind<Template>.template(names).read($0, log) }
      return StackDescriptor.BuildStep(command: command, onlyIf: nil, unless: nil, when: nil)
    }
  }
}

extension ValueKind<StackDescriptor.StaticSite> {
  package static func serve(_ names: Set<String>) -> ValueKind {
    section("run.serve") { section in
      let folder = section.required("folder", .template(names, in: .relativePath))
      let fallback = section.optional("fallback", .fileName)
      let hashed = section.list("hashed", of: .plainPath)
      return folder.map { StackDescriptor.StaticSite(folder: $0, fallback: fallback, hashed: hashed) }
    }
  }
}

/// What a component is, without its name.
struct ComponentBody: Sendable {
  let stack: StackName
  let folders: [String]
  let whole: [DetectionRule]
  let paths: [String]?
}

extension ValueKind<ComponentBody> {
  static var component: ValueKind {
    section("components") { section in
      let stack = section.required("stack", .stackName)
      let folders = section.requiredList("folders", of: .relativePath)
      let whole = section.list("whole", of: .detectionRule(path: "components.whole", variables: []))
      let paths = section.has("paths") ? section.claimedPaths() : nil
      return stack.map { ComponentBody(stack: $0, folders: folders, whole: whole, paths: paths) }
    }
  }
}
