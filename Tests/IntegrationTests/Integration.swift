import Testing

/// Everything that needs a Docker engine and nginx, for real. The suites share one installation, so they run one after the other.
@Suite("On Docker", .serialized)
struct Integration {}
