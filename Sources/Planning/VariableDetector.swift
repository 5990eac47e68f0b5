package import OrchestratorModel

/// Finds the values of a stack's variables in an app's source.
package struct VariableDetector {
  package let stack: StackDescriptor
  package let source: SourceFolder
  package let app: AppName
  /// Which component of the app the source is, for messages.
  package var component: ComponentName?
  /// What looks into files; one for all that is to be found out of an app.
  package var search = SourceSearch()

  /// The value of every variable: the one that was set by hand, else the one found, else the stack's default.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` for a value that cannot be, or `detection_failed`, which lists
  ///   what was looked for and where; `CancellationError`.
  package func values(settingByHand given: [String: String]) throws -> [String: String] {
    try refuseUnknown(given)
    return try stack.variables.reduce(into: ["app": app.description]) { values, variable in
      values[variable.name] = try value(of: variable, givenBy: given, knowing: values)
    }
  }

  /// What a person should know about this app before it is deployed.
  package func advice(knowing values: [String: String]) throws -> [String] {
    try stack.advice.compactMap { try find($0, knowing: values)?.printable }
  }

  /// Whether the source looks like an app of the stack.
  package func recognises() throws -> Bool { try matches(stack.detect) }

  /// Whether any of the rules finds something in the source.
  package func matches(_ rules: [DetectionRule]) throws -> Bool {
    try rules.contains { try find($0, knowing: [:]) != nil }
  }

  private func value(
    of variable: StackDescriptor.Variable, givenBy given: [String: String], knowing values: [String: String]
  ) throws -> String {
    let found = try given[variable.name] ?? first(of: variable.detect, knowing: values)
    guard let value = found ?? variable.fallback?.filled(with: values) else {
      try refuseLinks(in: variable.detect, knowing: values)
      throw notFound(variable, knowing: values)
    }
    try check(value, for: variable)
    return value
  }

  private func first(of rules: [DetectionRule], knowing values: [String: String]) throws -> String? {
    for rule in rules { if let value = try find(rule, knowing: values) { return value } }
    return nil
  }

  /// The value that `rule` gives, or nil when nothing matches.
  private func find(_ rule: DetectionRule, knowing values: [String: String]) throws -> String? {
    let within = rule.within.filled(with: values)
    // Each of the values stays inside the source; put together they could lead out of it.
    guard !RelativePath.leadsUp(within) else { return nil }
    for pattern in rule.files {
      let files = source.files(
        matching: pattern, within: within, ignoring: stack.build.ignore, while: { search.isWanted })
      try search.checkTime(at: pattern)
      for file in files {
        guard let groups = try search.match(rule, in: file, of: source) else { continue }
        let place = places(of: file, within: within)
        return rule.value.filled(with: values.merging(place) { _, new in new }.merging(groups) { _, new in new })
      }
    }
    return nil
  }

  /// What a rule's value can say of the file that matched: `file` and `folder` in the source, `module` in the searched folder.
  private func places(of file: String, within: String) -> [String: String] {
    let inside = within == "." ? file : String(file.dropFirst(within.count + 1))
    var parts = inside.split(separator: "/").map(String.init)
    if let name = parts.last, let dot = name.lastIndex(of: ".") { parts[parts.count - 1] = String(name[..<dot]) }
    if parts.last == "__init__" { parts.removeLast() }
    let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    return ["file": file, "folder": folder, "module": parts.joined(separator: ".")]
  }
}

/// What is refused, and how it is said.
extension VariableDetector {
  private func refuseUnknown(_ given: [String: String]) throws {
    let names = stack.variables.map(\.name)
    guard let unknown = given.keys.sorted().first(where: { !names.contains($0) }) else { return }
    let suggestion = names.suggestion(for: unknown)
    throw OrchestratorError(
      .invalidInput, "stack \(stack.name.description.quoted) has no variable \(unknown.quoted)\(suggestion)",
      hint: names.isEmpty
        ? "the stack has none" : "its variables are \(names.map(component.setting).joined(separator: ", "))")
  }

  /// A value is a name or a path; a source can have one of any length.
  private static let longestValue = 1_000

  private func check(_ value: String, for variable: StackDescriptor.Variable) throws {
    let isText = value.utf8.count <= Self.longestValue && !value.unicodeScalars.contains(where: \.isControl)
    let fits =
      try isText && !RelativePath.leadsUp(value) && (variable.pattern.map { try search.value(value, fits: $0) } ?? true)
    guard !fits else { return }
    let shown = value.count > 100 ? value.prefix(100) + "…" : value
    throw OrchestratorError(
      .invalidInput, "\(shown.quoted) cannot be '\(variable.name)': \(variable.summary)",
      hint: variable.pattern.map { "it must match \($0)" })
  }

  /// A file that could not be read as it is a link that leads out of the source is told for what it is.
  private func refuseLinks(in rules: [DetectionRule], knowing values: [String: String]) throws {
    for rule in rules {
      let within = rule.within.filled(with: values)
      for file in rule.files where !file.contains("*") { try source.ensureNoLinkOutside(at: "\(within)/\(file)") }
    }
  }

  private func notFound(_ variable: StackDescriptor.Variable, knowing values: [String: String]) -> OrchestratorError {
    let looked = variable.detect.map { rule in
      let within = rule.within.filled(with: values)
      let files = rule.files.map { within == "." ? $0 : "\(within)/\($0)" }.joined(separator: ", ")
      return "  \(files)" + (rule.match.map { ", for a line that matches \($0)" } ?? "")
        + (rule.without.map { ", with none that matches \($0)" } ?? "")
    }
    return OrchestratorError(
      .detectionFailed,
      """
      cannot tell '\(variable.name)' of \(component.title(in: app)): \(variable.summary)
      looked in \(source.path.printable) at:
      \((looked + search.takeRemarks()).joined(separator: "\n"))
      """,
      hint:
        "say it with --set \(component.setting(variable.name))=VALUE, or check that this is the folder of a \(stack.name) app"
    )
  }
}
