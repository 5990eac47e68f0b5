import Foundation
import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Looking where nothing is")
struct LookingWhereNothingIsTests {
  private func engine(_ home: String, notices: NoticeLog) throws -> DeploymentEngine {
    var configuration = OrchestratorConfiguration(home: home)
    configuration.dockerHost = "unix:///nowhere/docker.sock"
    configuration.notice = { notices.append($0) }
    return try DeploymentEngine(configuration)
  }

  @Test("finds nothing, says why, and makes no folder")
  func nothing() async throws {
    try await withTemporaryFolder { folder in
      let (home, notices) = (folder("typo"), NoticeLog())
      let engine = try engine(home, notices: notices)
      try await #expect(engine.list().isEmpty)
      #expect(notices.all.count == 1)
      #expect(notices.all.first?.hasPrefix("there is no installation in '\(home)'; ") == true)
      try await #expect(engine.proxyStatus().running == false)
      try await #expect(engine.proxyFiles().isEmpty)
      for dryRun in [true, false] {
        try await #expect(engine.reconcile(dryRun: dryRun) == Reconciliation())
        try await #expect(engine.prune(dryRun: dryRun) == Pruning())
      }
      #expect(await engine.recoverPending().texts == [])
      try await engine.stopProxy()
      try await #expect(engine.reloadProxy().generation == 0)
      let doctor = await engine.diagnose(fixing: true)
      #expect(doctor.findings.contains { $0.subject == "state folder" && $0.level == .notice })
      #expect(!folder.has("typo"))
    }
  }

  @Test("an app that is named is not found, as there is no installation")
  func named() async throws {
    try await withTemporaryFolder { folder in
      let engine = try engine(folder("typo"), notices: NoticeLog())
      for look in [
        { _ = try await engine.status(of: .blog) }, { _ = try await engine.logs(of: .blog) },
        { _ = try await engine.destroy(.blog) }, { try await engine.endMaintenance(of: .blog) },
      ] as [@Sendable () async throws -> Void] {
        let error = await #expect(throws: OrchestratorError.self) { try await look() }
        #expect(error?.code == .notFound && error?.message == "there is no app 'blog'")
        #expect(error?.hint?.hasPrefix("there is no installation in '\(folder("typo"))'; ") == true)
      }
      let error = await #expect(throws: OrchestratorError.self) { try await engine.backUp(to: folder("b.db")) }
      #expect(error?.code == .notFound)
      #expect(!folder.has("typo") && !folder.has("b.db"))
    }
  }

  @Test("an engine sees what another makes there later")
  func later() async throws {
    try await withTemporaryFolder { folder in
      let engine = try engine(folder("home"), notices: NoticeLog())
      try await #expect(engine.list().isEmpty)
      _ = try await Store(in: StateFolder(folder("home"))).addRelease(.sample())
      try await #expect(engine.list().map(\.app) == [.blog])
    }
  }
}

/// What the library told a person.
private final class NoticeLog: Sendable {
  private let notices = Mutex<[Notice]>([])

  var all: [String] { notices.withLock { $0.texts } }

  func append(_ notice: Notice) { notices.withLock { $0.append(notice) } }
}
