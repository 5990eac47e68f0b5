/// Finds the values of a stack's variables in an app's source.
struct VariableDetector {
  let stack: StackDescriptor
  let source: SourceFolder
  let app: AppName
  /// Which component of the app the source is, for messages.
  var component: ComponentName?

  /// The value of every variable: the one that was set by hand, else the one found, else the stack's default.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` for a value that cannot be, or `detection_failed`, which lists
  ///   what was looked for and where.
  func values(settingByHand given: [String: String]) throws -> [String: String] {
    try refuseUnknown(given)
    return try stack.variables.reduce(into: ["app": app.description]) { values, variable in
      values[variable.name] = try value(of: variable, givenBy: given, knowing: values)
    }
  }

  /// What a person should know about this app before it is deployed.
  func advice(knowing values: [String: String]) -> [String] {
    stack.advice.compactMap { find($0, knowing: values) }
  }

  /// Whether the source looks like an app of the stack.
  func recognises() -> Bool { matches(stack.detect) }

  /// Whether any of the rules finds something in the source.
  func matches(_ rules: [DetectionRule]) -> Bool { rules.contains { find($0, knowing: [:]) != nil } }

  private func value(
    of variable: StackDescriptor.Variable, givenBy given: [String: String], knowing values: [String: String]
  ) throws -> String {
    let found = given[variable.name] ?? variable.detect.lazy.compactMap { find($0, knowing: values) }.first
    guard let value = found ?? variable.fallback?.filled(with: values) else {
      throw notFound(variable, knowing: values)
    }
    try check(value, for: variable)
    return value
  }

  /// The value that `rule` gives, or nil when nothing matches.
  private func find(_ rule: DetectionRule, knowing values: [String: String]) -> String? {
    let within = rule.within.filled(with: values)
    for pattern in rule.files {
      for file in source.files(matching: pattern, within: within, ignoring: stack.build.ignore) {
        guard let groups = match(rule.match, in: file) else { continue }
        let place = places(of: file, within: within)
        return rule.value.filled(with: values.merging(place) { _, new in new }.merging(groups) { _, new in new })
      }
    }
    return nil
  }

  /// What the groups of `expression` match in `file`, by number; nil when it does not match.
  private func match(_ expression: String?, in file: String) -> [String: String]? {
    guard let expression else { return [:] }
    guard let regex = try? Regex(expression: expression), let text = source.text(of: file),
      let match = text.firstMatch(of: regex)
    else { return nil }
    return Dictionary(
      uniqueKeysWithValues: match.output.indices.dropFirst().map { index in
        (String(index), match.output[index].substring.map(String.init) ?? "")
      })
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

extension Regex<AnyRegexOutput> {
  /// The expression of a rule, read as most tools read one: `^` and `$` are the ends of lines, `\b` is where a word of letters,
  /// digits and `_` ends, and the two characters of a Windows line end are two.
  fileprivate init(expression: String) throws {
    self = try Regex(expression).anchorsMatchLineEndings().wordBoundaryKind(.simple).matchingSemantics(.unicodeScalar)
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

  private func check(_ value: String, for variable: StackDescriptor.Variable) throws {
    let fits = variable.pattern.map { pattern in
      (try? Regex(pattern)).flatMap { value.wholeMatch(of: $0) } != nil
    }
    let leavesSource = value.split(separator: "/").contains("..")
    if fits == false || leavesSource || value.unicodeScalars.contains(where: \.isControl) {
      throw OrchestratorError(
        .invalidInput, "\(value.quoted) cannot be '\(variable.name)': \(variable.summary)",
        hint: variable.pattern.map { "it must match \($0)" })
    }
  }

  private func notFound(_ variable: StackDescriptor.Variable, knowing values: [String: String]) -> OrchestratorError {
    let looked = variable.detect.map { rule in
      let within = rule.within.filled(with: values)
      let files = rule.files.map { within == "." ? $0 : "\(within)/\($0)" }.joined(separator: ", ")
      return "  \(files)" + (rule.match.map { ", for a line that matches \($0)" } ?? "")
    }
    return OrchestratorError(
      .detectionFailed,
      """
      cannot tell '\(variable.name)' of \(component.title(in: app)): \(variable.summary)
      looked in \(source.path.printable) at:
      \(looked.joined(separator: "\n"))
      """,
      hint:
        "say it with --set \(component.setting(variable.name))=VALUE, or check that this is the folder of a \(stack.name) app"
    )
  }
}
