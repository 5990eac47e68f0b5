import Foundation

/// Which of a command's points are tried: every 24th, beginning at one that each commit has for itself, and at least one of every kind.
/// 24 runs that begin at another one each try them all, as `ORCHESTRATOR_TEST_EXHAUSTIVE=1` does in one run.
struct PointSample: Sendable, Equatable {
  let stride: Int
  /// The number of the first point that is tried, from 1 to `stride`.
  let first: Int

  static let everyPoint = PointSample(stride: 1, first: 1)

  /// `ORCHESTRATOR_TEST_SEED` says where it begins.
  static let current: PointSample = {
    if Effort.isExhaustive { return everyPoint }
    let seed = ProcessInfo.processInfo.environment["ORCHESTRATOR_TEST_SEED"].flatMap(Int.init) ?? 0
    return PointSample(seed: seed, stride: 24)
  }()

  init(stride: Int, first: Int) { (self.stride, self.first) = (stride, first) }

  init(seed: Int, stride: Int) { self.init(stride: stride, first: abs(seed % stride) + 1) }

  /// A point by its number in its command, the first of which has the number 1.
  struct Point: Sendable, Equatable, CustomStringConvertible {
    let number: Int
    let name: String
    var description: String { "\(number) (\(name))" }

    /// What sort of change it stands at, such as `store`, `command` or `generation`.
    var kind: Substring {
      name.split(separator: " ").first { $0 != "before" && $0 != "after" } ?? ""
    }
  }

  /// The points among `names`, all those of a command in their order, that are meant and tried.
  func points(_ names: [String], only isMeant: (Point) -> Bool = { _ in true }) -> [Point] {
    let all = names.enumerated().map { Point(number: $0.offset + 1, name: $0.element) }.filter(isMeant)
    var kinds: Set<Substring> = []
    let everyNth = all.indices.filter { $0 % stride == first - 1 }
    for index in everyNth { kinds.insert(all[index].kind) }
    let firstOfOtherKinds = all.indices.filter { kinds.insert(all[$0].kind).inserted }
    return (everyNth + firstOfOtherKinds).sorted().map { all[$0] }
  }
}

/// How much the tests for real try.
enum Effort {
  /// Whether long trials run in full, as `make test-exhaustive` has it.
  static let isExhaustive = ProcessInfo.processInfo.environment["ORCHESTRATOR_TEST_EXHAUSTIVE"] == "1"

  /// How often something is tried: so often in full, and so often in the short form.
  static func times(_ full: Int, short: Int) -> Int { isExhaustive ? full : short }
}
