/// A pattern in which `*`, `?` and `[a-z]` stand for others.
///
/// All ways in which it can match are followed side by side, so that it takes no longer than its own length times that of the text,
/// whatever both are.
package struct Wildcard: Sendable {
  fileprivate enum Part {
    /// One character.
    case one(Characters)
    /// Any number of characters; of one name only, unless it crosses folders.
    case run(crossesFolders: Bool)
    /// The next so many parts may be missing.
    case optional(Int)
  }

  private let parts: [Part]
  /// The characters at the end that stand for themselves: most texts differ there.
  private let tail: String

  private init(_ parts: [Part]) {
    self.parts = parts
    // What may be missing is at no text's end for sure.
    let sure = parts.lastIndex(where: \.isOptional).map { parts[($0 + 3)...] } ?? parts[...]
    let plain = sure.reversed().prefix { $0.plain != nil }.compactMap(\.plain)
    tail = String(String.UnicodeScalarView(plain.reversed()))
  }

  /// How many characters, and signs for others, it has.
  package var length: Int { parts.count }

  /// The text if the pattern stands for nothing but itself.
  package var plain: String? { tail.unicodeScalars.count == parts.count ? tail : nil }

  /// Whether the whole text matches.
  package func matches(_ text: String) -> Bool {
    guard text.utf8.suffix(tail.utf8.count).elementsEqual(tail.utf8) else { return false }
    var reached = Positions()
    enter(0, &reached)
    for scalar in text.unicodeScalars {
      var next = Positions()
      for position in reached.all where position < parts.count { step(from: position, over: scalar, &next) }
      if next.all.isEmpty { return false }
      reached = next
    }
    return reached.contains(parts.count)
  }

  private func step(from position: Int, over scalar: Unicode.Scalar, _ next: inout Positions) {
    switch parts[position] {
    case .one(let characters) where characters.contain(scalar): enter(position + 1, &next)
    case .run(let crosses) where crosses || scalar != "/": enter(position, &next)
    default: break
    }
  }

  /// Adds a position, and those that it takes no character to reach from there.
  private func enter(_ position: Int, _ reached: inout Positions) {
    guard reached.insert(position), position < parts.count else { return }
    switch parts[position] {
    case .one: break
    case .run: enter(position + 1, &reached)
    case .optional(let count):
      enter(position + 1, &reached)
      enter(position + 1 + count, &reached)
    }
  }

  /// A few positions in the pattern, as there mostly are.
  private struct Positions {
    private(set) var all: [Int] = []
    private var seen: Set<Int> = []

    func contains(_ position: Int) -> Bool { all.contains(position) }

    /// - Returns: whether it is new.
    mutating func insert(_ position: Int) -> Bool {
      guard seen.insert(position).inserted else { return false }
      all.append(position)
      return true
    }
  }
}

extension Wildcard {
  /// Reads a pattern of names (glob(7)).
  package init(ofNames pattern: String) { self.init(Self.parts(of: pattern, isOfPaths: false)) }

  /// Reads a pattern of paths as Docker does: `*` stays within one name, `**` is any number of folders.
  package init(ofPaths pattern: String) { self.init(Self.parts(of: pattern, isOfPaths: true)) }

  private static func parts(of pattern: String, isOfPaths: Bool) -> [Part] {
    var parts: [Part] = []
    var rest = pattern.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "*" where isOfPaths && rest.first == "*":
        rest.removeFirst()
        if rest.first == "/" {
          rest.removeFirst()
          parts.addFolders()
        } else {
          parts.addRun(crossesFolders: true)
        }
      case "*": parts.addRun(crossesFolders: !isOfPaths)
      case "?": parts.append(.one(.noneOf(isOfPaths ? ["/"..."/"] : [])))
      case "\\": if let next = rest.popFirst() { parts.append(.one(.plain(next))) }
      case "[":
        let set = Characters(reading: &rest, negatedBy: isOfPaths ? ["^"] : ["^", "!"])
        parts.append(.one(set ?? .plain("[")))
      default: parts.append(.one(.plain(scalar)))
      }
    }
    return parts
  }
}

extension [Wildcard.Part] {
  /// Adds a run, unless what stands before it stands for the same already.
  fileprivate mutating func addRun(crossesFolders: Bool) {
    if case .run(let crosses)? = last {
      if crosses || !crossesFolders { return }
      removeLast()
    }
    append(.run(crossesFolders: crossesFolders))
  }

  /// Adds any number of folders, unless they stand there already.
  fileprivate mutating func addFolders() {
    if count > 2, case .optional = self[count - 3] { return }
    self += [.optional(2), .run(crossesFolders: true), .one(.plain("/"))]
  }
}

extension Wildcard.Part {
  fileprivate var isOptional: Bool { if case .optional = self { true } else { false } }

  /// The character, if it stands for itself.
  fileprivate var plain: Unicode.Scalar? {
    if case .one(.plain(let scalar)) = self { scalar } else { nil }
  }
}

/// Which characters may stand in one place.
package enum Characters: Sendable {
  case plain(Unicode.Scalar)
  case anyOf([ClosedRange<Unicode.Scalar>])
  case noneOf([ClosedRange<Unicode.Scalar>])

  package func contain(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .plain(let own): own == scalar
    case .anyOf(let ranges): ranges.contains { $0.contains(scalar) }
    case .noneOf(let ranges): !ranges.contains { $0.contains(scalar) }
    }
  }
}

extension Characters {
  /// Reads a set such as `a-z]` behind its bracket; nil, with nothing read, where no bracket closes it.
  package init?(reading rest: inout Substring.UnicodeScalarView, negatedBy signs: [Unicode.Scalar]) {
    var inside = rest
    let isNegated = inside.first.map(signs.contains) ?? false
    if isNegated { inside.removeFirst() }
    guard let end = inside.firstIndex(of: "]"), end != inside.startIndex else { return nil }
    let ranges = Self.ranges(Array(inside[..<end]))
    rest = inside[inside.index(after: end)...]
    self = isNegated ? .noneOf(ranges) : .anyOf(ranges)
  }

  private static func ranges(_ members: [Unicode.Scalar]) -> [ClosedRange<Unicode.Scalar>] {
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    var index = 0
    while index < members.count {
      let first = members[index]
      if index + 2 < members.count, members[index + 1] == "-", first <= members[index + 2] {
        ranges.append(first...members[index + 2])
        index += 3
      } else {
        ranges.append(first...first)
        index += 1
      }
    }
    return ranges
  }
}
