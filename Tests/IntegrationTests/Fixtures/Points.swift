import Foundation
import Glibc
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

/// What is done at the points of a command. See `FaultPoint`.
extension Installation {
  /// The points that a command passes, in their order.
  func points(of arguments: [String]) async throws -> [String] {
    let file = NSTemporaryDirectory() + "orchestrator-points-\(UUID().uuidString)"
    let run = try await orchestrator(arguments, environment: ["ORCHESTRATOR_POINTS": file])
    try #require(run.status == 0, "\(run.all)")
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { line in
      String(line.drop { $0 != " " }.dropFirst())
    }
  }

  /// Has a command die at the points that are tried, one after the other, each time prepared and looked at.
  ///
  /// - Parameters:
  ///   - only: which of its points are meant; without it all.
  ///   - prepare: makes the moment that the command is run in.
  ///   - check: is told that moment, and the point at which the command died or, the last time, that it has come to its end.
  func dyingAtPoints<Moment>(
    of arguments: [String], only isMeant: (PointSample.Point) -> Bool = { _ in true },
    before prepare: () async throws -> Moment, then check: (Moment, String) async throws -> Void
  ) async throws {
    _ = try await prepare()
    let names = try await points(of: arguments)
    let sample = PointSample.current
    let points = sample.points(names, only: isMeant)
    try #require(!points.isEmpty, "\(names)")
    for point in points {
      let moment = try await prepare()
      let run = try await orchestrator(arguments, environment: ["ORCHESTRATOR_DIE_AT": "\(point.number)"])
      // How many there are can depend on how quick others are.
      try #require(run.status == 137 || run.status == 0 && point == points.last, "\(point): \(run.all)")
      try await check(moment, "\(arguments[0]), point \(point)")
    }
    print(
      "\(arguments[0]), with \(runtime.rawValue): killed at \(points.count) of \(names.count) points, "
        + "one of every \(sample.stride) beginning at \(sample.first), and one of each kind")
  }

  /// Runs a command, and does `work` while it stands still at a point.
  func orchestrator(_ arguments: [String], stoppingAt point: Int, _ work: () async throws -> Void) async throws -> Run {
    let stop = "ORCHESTRATOR_STOP_AT=\(point)"
    let name = "ORCHESTRATOR_HOME=\(home)"
    async let run = orchestrator(arguments, environment: ["ORCHESTRATOR_STOP_AT": "\(point)"])
    var stopped: ProcessEntry?
    try await eventually {
      stopped = ProcessTable.all().first { $0.isStopped && $0.wasStarted(with: stop) && $0.wasStarted(with: name) }
      return stopped != nil
    }
    let process = try #require(stopped)
    let result = await Result(catching: work)
    kill(pid_t(process.id), SIGCONT)
    try result.get()
    return try await run
  }
}

extension ProcessEntry {
  /// Whether somebody stopped it, and nobody has it go on yet (proc(5): `T`).
  fileprivate var isStopped: Bool { SystemFile.text("/proc/\(id)/stat")?.contains(") T ") ?? false }
}
