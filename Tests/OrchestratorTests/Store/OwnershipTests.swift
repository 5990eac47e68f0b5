import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStore

@Suite("Whose a state folder is")
struct OwnershipTests {
  private static let (ours, other) = (InstallationID(id: "ours"), InstallationID(id: "other"))
  private static let things = Traces(apps: ["blog"])
  private static let nothing = Traces()
  private static let blog = KnownReleases(["blog": 3])
  private static let shop = KnownReleases(["shop": 3])
  private static let blank = KnownReleases()

  typealias Case = (
    store: InstallationID?, folder: InstallationID?, known: KnownReleases, traces: Traces, is: Ownership
  )

  static let cases: [(String, Case)] = [
    ("as always", (ours, ours, blog, things, .settled)),
    ("all apps were destroyed", (ours, ours, blog, nothing, .settled)),
    ("nothing was deployed yet", (ours, ours, blank, nothing, .settled)),
    ("a new store in a new folder", (ours, nil, blank, nothing, .named(ours))),
    ("a new store, where another was before", (ours, other, blank, nothing, .named(other))),
    ("a store that was brought to a new folder", (ours, nil, blog, nothing, .named(ours))),
    ("a store that was brought to an empty folder", (ours, other, blog, nothing, .named(ours))),
    ("from before ids", (ours, nil, blog, things, .named(ours))),
    ("a new store beside things from before ids", (ours, nil, blank, things, .unknown)),
    ("another's store beside things from before ids", (ours, nil, shop, things, .unknown)),
    ("a new store beside things", (ours, other, blank, things, .unknown)),
    ("another's store beside things, of which it has some of the same name", (ours, other, blog, things, .unknown)),
    ("a store whose rows are gone", (ours, ours, blank, things, .unknown)),
    ("a store that has lost its id", (nil, ours, blog, things, .unknown)),
  ]

  @Test("is told by what its store knows and what is in it", arguments: cases)
  func ownership(of name: String, _ given: Case) {
    let found = Ownership(store: given.store, folder: given.folder, known: given.known, traces: given.traces)
    #expect(found == given.is, "\(name)")
  }

  @Test("where neither bears an id both get a new one")
  func new() {
    guard case .named(let id) = Ownership(store: nil, folder: nil, known: Self.blank, traces: Self.nothing) else {
      return #expect(Bool(false))
    }
    #expect(!id.id.isEmpty && !id.isOlderThanIDs)
  }
}

@Suite("The releases that a store ever knew of")
struct KnownReleasesTests {
  @Test("are known by the names of what is made of them, up to the last one")
  func names() {
    let known = KnownReleases(["blog": 3, "shop-v2": nil])
    for name in [
      "orchestrator-blog-v1", "orchestrator-blog-v3_2", "orchestrator-blog-v3.web", "orchestrator/blog:v2.api",
      "other-shop-v2-v9",
    ] {
      #expect(known.includes(named: name), "\(name)")
    }
    for name in [
      "orchestrator-blog-v4", "orchestrator-blog-v31", "orchestrator/blog:v4", "orchestrator-myblog-v1",
      "orchestrator-blog-x", "orchestrator-shop-v1",
    ] {
      #expect(!known.includes(named: name), "\(name)")
    }
  }

  @Test("are all of an app that was destroyed, also when it is there again")
  func destroyed() async throws {
    try await withStore { store in
      _ = try await store.addRelease(.sample(), above: 6)
      try await #expect(store.knownReleases().includes(8, of: "blog") == false)
      try await store.forget(.blog)
      try await #expect(store.knownReleases().includes(8, of: "blog"))
      _ = try await store.addRelease(.sample())
      try await #expect(store.knownReleases().includes(8, of: "blog"))
      try await #expect(store.knownReleases().includes(1, of: "shop") == false)
    }
  }
}
