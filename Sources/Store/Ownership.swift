package import OrchestratorModel

/// Whether what is in a state folder belongs to the store beside it.
///
/// A store that knows nothing of it is no proof that it has no owner: the file may have been lost, emptied, or exchanged for another's.
package enum Ownership: Equatable {
  /// It does, and both bear the same id.
  case settled
  /// It does, and both are to bear this id from now on.
  case named(InstallationID)
  /// It does not, as far as we can tell.
  case unknown

  /// - Parameters:
  ///   - store: the id that the store bears.
  ///   - folder: the id that the folder bears.
  package init(store: InstallationID?, folder: InstallationID?, known: KnownReleases, traces: Traces) {
    let isSame = folder != nil && folder?.id == store?.id
    if traces.isEmpty {
      // Nothing is there that could be another's: a store that knows of apps was brought here, a new one takes the folder's id.
      let id = known.isEmpty ? folder ?? store : store ?? folder
      self = isSame ? .settled : .named(id ?? InstallationID())
    } else if folder != nil {
      self = isSame && !known.isEmpty ? .settled : .unknown
    } else {
      // As it was before there were ids.
      self = known.includesAny(of: traces) ? .named(store ?? InstallationID()) : .unknown
    }
  }
}

extension StateFolder {
  /// Makes sure that nothing is there of apps, where there is no store.
  ///
  /// - Throws: ``OrchestratorError`` with the code `state_lost`.
  func refuseTraces() throws {
    let traces = traces
    if !traces.isEmpty { throw lost(traces) }
  }

  /// The error for a store that knows nothing of what is in the folder.
  package func lost(_ traces: Traces) -> OrchestratorError {
    OrchestratorError(
      .stateLost,
      "the state file \(database.quoted) is gone, empty or another installation's: it knows nothing of \(traces.sentence), of which there are files in the state folder; they go on as they are, and nothing is changed or removed",
      hint:
        "put a backup in its place: orchestrator restore FILE; how to begin anew without one stands in the README, under 'Backups'"
    )
  }
}
