import Foundation
import OrchestratorSystem

/// The processes that run as apps' own users outside of all that is looked after: only root can tell them by that.
///
/// What is in a control group of ours, in the session of a supervisor's process or in a container is not among them: it is ended with that, and
/// may be of another app or another installation that was given the same number by mistake.
struct AppProcesses: Sendable {
  /// The numbers of the apps' users.
  let users: Set<UInt32>

  /// Those that have not ended.
  func alive() -> [ProcessEntry] {
    guard !users.isEmpty else { return [] }
    let table = ProcessTable.all()
    let supervised = supervisedSessions(in: table)
    return table.filter { process in
      isOfAnApp(process) && process.isInOurNamespace && !supervised.contains(process.session)
        && ControlGroup.place(of: process.id) == nil
    }
  }

  private func isOfAnApp(_ process: ProcessEntry) -> Bool {
    let numbers = Set(process.users)
    return numbers.count == 1 && numbers.isSubset(of: users)
  }

  /// The sessions of what supervisors look after, also those of a version that made no groups; only a process of root can be one.
  private func supervisedSessions(in table: [ProcessEntry]) -> Set<Int> {
    let supervisors = Set(table.filter { $0.title.contains(" supervise /") && $0.isOf(0) }.map(\.id))
    return Set(table.filter { supervisors.contains($0.parent) }.map(\.session))
  }
}
