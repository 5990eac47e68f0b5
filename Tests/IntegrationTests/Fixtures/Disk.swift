import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorSystem

extension Installation {
  private var filler: String { home + "/filler" }

  /// Does `work` with the state folder on a disk of its own; the app and nginx are gone afterwards.
  ///
  /// - Parameter mounting: what `mount` gets before the folder: options, and the disk.
  func onDisk(mountedBy mounting: [String], with app: String, _ work: () async throws -> Void) async throws {
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let mounted = try await Program.run("mount", mounting + [home])
    try #require(mounted.status == 0, "a disk is needed: \(mounted.errors)")
    let result = await Result(catching: {
      try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: home)
      // What is too little for a deployment is not refused before it is begun.
      try "reservedDisk: 0".write(toFile: home + "/settings.yaml", atomically: true, encoding: .utf8)
      try await work()
    })
    emptyDisk()
    let cleanUp = await Result(catching: {
      try await destroy(app)
      _ = try await orchestrator("proxy", "stop")
    })
    let unmounted = try await Program.run("umount", [home])
    // What went wrong first is what is told.
    try result.get()
    try cleanUp.get()
    #expect(unmounted.status == 0, "\(unmounted.all)")
  }

  /// Leaves so many bytes of the disk, and nothing that could be had beside them.
  func fillDisk(leaving bytes: Int) throws {
    emptyDisk()
    let free = try #require(DiskSpace(at: home)).free
    do {
      try Data(count: max(0, free - bytes)).write(to: URL(fileURLWithPath: filler))
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
      // Another program, such as a supervisor, wrote meanwhile: what is left is even less.
    }
  }

  func emptyDisk() { try? FileManager.default.removeItem(atPath: filler) }
}
