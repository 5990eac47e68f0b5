import Orchestrator

/// What came of putting in order, as JSON output carries it: one sentence for each thing.
struct OutcomeReport: Encodable {
  let done: [String]
  let problems: [String]
  let busy: [String]
  /// How many bytes are freed; nil where that is not counted.
  var bytes: Int?

  init(_ outcome: Reconciliation) {
    (done, problems, busy) = (outcome.done.map(\.text), outcome.problems.map(\.text), outcome.busy.map(\.text))
  }

  init(_ outcome: Pruning) {
    (done, problems, busy) = (outcome.done.map(\.text), outcome.problems.map(\.text), outcome.busy.map(\.text))
    bytes = outcome.bytes
  }
}
