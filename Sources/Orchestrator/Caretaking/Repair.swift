import OrchestratorModel
import OrchestratorStore

/// Something that is not as the state says. There is one list of them: `reconcile --dry-run` and `doctor` print it, `reconcile` carries it out.
enum Repair: Sendable {
  case removeOrphan(Orphan)
  case finishDestruction(AppName)
  case undoDeployment(StoredRelease)
  case stopRelease(StoredRelease)
  case removeRelease(StoredRelease, kept: Int)
  case enterRoutes(AppName)
  case startWorkload(Placement)
  /// It was started on another port, before a backup was restored.
  case restartWorkload(Placement, instead: TCPPort)
  /// A program that is not ours has its port.
  case moveWorkload(Placement, owner: String)
  case stopSurplus(StoredRelease)
  case addMissing(StoredRelease)
  /// With what would be brought into force; nil where it is not known.
  case restoreProxy(Notice?)
}

extension Repair {
  /// What would be done, and why.
  var notice: Notice { Notice(code, .warning, about: subject, description) }

  var code: Notice.Code {
    switch self {
    case .removeOrphan: .orphanRemoved
    case .finishDestruction, .undoDeployment: .recovered
    case .stopRelease: .releaseStopped
    case .removeRelease: .releaseRemoved
    case .enterRoutes: .routesRestored
    case .startWorkload, .restartWorkload: .workloadRestarted
    case .moveWorkload: .workloadMoved
    case .stopSurplus: .instancesStopped
    case .addMissing: .instancesAdded
    case .restoreProxy: .proxyRestored
    }
  }

  var subject: Notice.Subject {
    switch self {
    case .removeOrphan, .restoreProxy: .installation
    case .finishDestruction(let app), .enterRoutes(let app): .app(app)
    case .undoDeployment(let row), .stopRelease(let row), .removeRelease(let row, _), .stopSurplus(let row),
      .addMissing(let row):
      Notice.Subject(row.plan)
    case .startWorkload(let placed), .restartWorkload(let placed, _), .moveWorkload(let placed, _):
      Notice.Subject(placed.workload)
    }
  }

  private var description: String {
    switch self {
    case .removeOrphan(let orphan): "would remove \(orphan), \(orphan.reason)"
    case .finishDestruction(let app): "\(app): would be destroyed to the end, as its destruction was interrupted"
    case .undoDeployment(let row): "\(row.title): would be undone, as its deployment was interrupted"
    case .stopRelease(let row): "\(row.title): would be stopped, as another serves in its place"
    case .removeRelease(let row, let kept): "\(row.title): would be removed, \(row.reasonToRemove(keeping: kept))"
    case .enterRoutes(let app): "\(app): its clients would be sent to where it listens"
    case .startWorkload(let placed): "\(placed.workload.label): would be started"
    case .restartWorkload(let placed, let other):
      "\(placed.workload.label): would be started on its port \(placed.port) in place of \(other)"
    case .moveWorkload(let placed, let owner):
      "\(placed.workload.label): would be started on another port, as its port \(placed.port) is in use by \(owner)"
    case .stopSurplus(let row):
      "\(row.surplus.map(\.workload.label).joined(separator: ", ")): would be stopped, as no requests are sent there"
    case .addMissing(let row):
      row.missing.map { "\($0.label): would be added, to reach \($0.instances) instances" }.joined(separator: "; ")
    case .restoreProxy(let pending): pending?.text ?? ""
    }
  }
}

extension StoredRelease {
  /// The app and the number, such as `shop v3`.
  var title: String { "\(plan.app) \(plan.release)" }

  func reasonToRemove(keeping kept: Int) -> String {
    switch state {
    case .removing: "as that was begun"
    case .failed: "as it failed, and the last \(kept) of those are kept"
    default: "as the last \(kept) releases are kept"
    }
  }
}

/// What there is to repair.
struct Repairs: Sendable {
  var all: [Repair] = []
  /// What could not be looked at, or cannot be repaired.
  var problems: [Notice] = []

  /// Adds what `look` finds; what it throws becomes a problem of `subject`, which `name` names.
  mutating func add(_ name: String, _ subject: Notice.Subject, _ look: () async throws -> Repair?) async {
    do {
      if let repair = try await look() { all.append(repair) }
    } catch {
      problems.append(Notice(.notRepaired, about: subject, after: "\(name): ", error))
    }
  }
}
