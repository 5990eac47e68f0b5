/// The way along a path inside a folder, on which links are followed as long as they stay in the folder.
///
/// The system would follow a link to anywhere. Here each is read, and what it says is walked from where it stands.
struct InsideWalk {
  /// Where a path leads.
  package enum End {
    /// To what these names lead to, none of which is a link; without facts there is nothing.
    case inside([String], FileFacts?)
    /// Out of the folder, by this link if it was one.
    case outside(Link?)
  }

  /// A link, and what it says.
  package struct Link {
    package let path: String
    package let target: String
  }

  /// As many links as the system follows (path_resolution(7)): beyond them there is nothing.
  private static let mostLinks = 40
  /// Longer ways are taken for ways out: no author means them.
  private static let mostSteps = 1_000

  private let top: OpenFolder
  /// Where we are, and the folder there; once there is none there is nothing on the rest of the way.
  private var names: [String] = []
  private var here: OpenFolder?
  private var facts: FileFacts?
  /// What is still to be walked, the next step last.
  private var steps: [String] = []
  /// The last link on the way, and how many there were.
  private var link: Link?
  private var links = 0

  private init(from top: OpenFolder) {
    (self.top, here, facts) = (top, top, top.facts(of: "."))
  }

  /// Where `path` leads from `top`.
  package static func end(of path: String, from top: OpenFolder) -> End {
    var walk = InsideWalk(from: top)
    walk.add(path)
    return walk.end()
  }

  private mutating func end() -> End {
    var count = 0
    while let step = steps.popLast() {
      count += 1
      guard count <= Self.mostSteps, take(step) else { return .outside(link) }
      if links > Self.mostLinks { return .inside(names, nil) }
    }
    return .inside(names, facts)
  }

  private mutating func add(_ path: String) { steps += path.split(separator: "/").map(String.init).reversed() }

  /// - Returns: whether it stays inside.
  private mutating func take(_ step: String) -> Bool {
    switch step {
    case ".": return true
    case "..": return goUp()
    default: return enter(step)
    }
  }

  private mutating func goUp() -> Bool {
    guard names.popLast() != nil else { return false }
    // The folder may have been moved elsewhere since: what is above it counts as we came.
    here = here == nil ? nil : try? top.folder(at: names)
    facts = here?.facts(of: ".")
    return true
  }

  private mutating func enter(_ name: String) -> Bool {
    facts = here?.facts(of: name)
    if facts?.kind == .link, let target = here?.target(of: name) {
      link = Link(path: (names + [name]).joined(separator: "/"), target: target)
      links += 1
      add(target)
      return !target.hasPrefix("/")
    }
    names.append(name)
    here = facts?.kind == .folder ? try? here?.folder(name) : nil
    return true
  }
}
