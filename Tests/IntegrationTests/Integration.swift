import Testing

/// Everything that needs a Docker engine, nginx or processes, for real. The suites share one installation for each runtime, so they run one
/// after the other.
@Suite("For real", .serialized, .timeLimit(.minutes(20)))
struct Integration {}
