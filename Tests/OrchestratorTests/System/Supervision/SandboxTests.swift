import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("What confines a process")
struct SandboxTests {
  /// The words without the folders of the programs.
  private func words(_ confinement: Sandbox) throws -> [String] {
    try confinement.command(["/srv/app", "--port", "1"]).map { word in
      word.hasPrefix("/") && word != "/srv/app" ? String(word.split(separator: "/").last ?? "") : word
    }
  }

  @Test("for anybody: no new rights, no dumps of memory")
  func least() throws {
    #expect(
      try words(Sandbox()) == ["setpriv", "--no-new-privs", "prlimit", "--core=0", "/srv/app", "--port", "1"])
  }

  @Test("for root's apps: another user without groups and capabilities, and limits")
  func all() throws {
    let confinement = Sandbox(user: 30001, memory: 1024, processes: 64, cores: [0, 2])
    #expect(
      try words(confinement) == [
        "setpriv", "--no-new-privs", "--reuid=30001", "--regid=30001", "--clear-groups", "--inh-caps=-all",
        "--bounding-set=-all", "taskset", "--cpu-list", "0,2", "prlimit", "--core=0", "--data=1024", "--nproc=64",
        "/srv/app", "--port", "1",
      ])
  }

  @Test("whose part of a build has as many open files as an app, whoever deploys")
  func openFiles() throws {
    #expect(Sandbox.mostOpenFiles <= 65536)
    let number = Sandbox.mostOpenFiles
    #expect(
      try words(Sandbox(openFiles: number)) == [
        "setpriv", "--no-new-privs", "prlimit", "--core=0", "--nofile=\(number)", "/srv/app", "--port", "1",
      ])
  }

  @Test("the list of cores is read", arguments: [("0-3,8\n", [0, 1, 2, 3, 8]), ("\t2", [2]), ("", []), ("3-1", [])])
  func parsed(text: String, cores: [Int]) { #expect(Sandbox.parseCores(text) == cores) }

  @Test(
    "neighbours get other cores, and whoever may use all is not held back",
    arguments: [(1, 0, [4]), (1, 1, [5]), (1, 3, [4]), (2, 2, [4, 6]), (3, 0, []), (8, 0, [])])
  func cores(count: Int, place: Int, expected: [Int]) {
    #expect(Sandbox.cores(count, of: [4, 5, 6], beginningAt: place) == expected)
  }
}
