import Foundation
import Subprocess
import Testing

@testable import Orchestrator
@testable import OrchestratorSystem

@Suite("A control group")
struct ControlGroupTests {
  private static let version1 = """
    30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - tmpfs tmpfs rw,mode=755
    31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup rw,cpu,cpuacct
    32 30 0:28 / /sys/fs/cgroup/pids rw,nosuid shared:11 - cgroup cgroup rw,pids
    33 30 0:29 / /sys/fs/cgroup/freezer rw,nosuid shared:12 - cgroup cgroup rw,freezer
    34 30 0:30 / /sys/fs/cgroup/systemd rw,nosuid shared:13 - cgroup cgroup rw,xattr,name=systemd
    """
  private static let version2 = "35 24 0:31 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
  private static let both = version1 + "\n36 30 0:32 / /sys/fs/cgroup/unified rw shared:5 - cgroup2 cgroup2 rw"
  private static let container = "37 24 0:33 /docker/0a1b /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids"

  @Test(
    "is in the hierarchy of version 2 where there is one, else in one that takes nothing from those in it",
    arguments: [
      (version2, "/sys/fs/cgroup", "/", ""), (version1, "/sys/fs/cgroup/freezer", "/", "freezer"),
      (both, "/sys/fs/cgroup/unified", "/", ""), (container, "/sys/fs/cgroup/pids", "/docker/0a1b", "pids"),
      (
        "38 30 0:30 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd", "/sys/fs/cgroup/systemd", "/",
        "name=systemd"
      ),
    ])
  func hierarchy(mounts: String, mount: String, root: String, name: String) {
    let expected = ControlGroup.Hierarchy(mount: mount, root: root, name: name)
    #expect(ControlGroup.Hierarchy.found(in: mounts) == expected)
  }

  @Test(
    "can be nowhere where no hierarchy is mounted, or only elsewhere",
    arguments: ["", "garbage", "35 24 0:31 / /var/lib/docker/x/merged/sys/fs/cgroup rw - cgroup2 cgroup2 rw"])
  func noHierarchy(mounts: String) { #expect(ControlGroup.Hierarchy.found(in: mounts) == nil) }

  @Test(
    "of a process is ours only below our own folder, which nobody but root can write to",
    arguments: [
      ("/", "", "0::/orchestrator/a1/shop-v1\n", "a1/shop-v1"),
      ("/", "", "9:name=systemd:/orchestrator/a1/x\n0::/orchestrator/a1/shop-v1\n", "a1/shop-v1"),
      ("/", "", "0::/user.slice/user-1000.slice/orchestrator/a1/shop-v1\n", nil),
      ("/", "", "0::/\n", nil), ("/", "", "", nil),
      ("/", "pids", "8:pids:/orchestrator/a1/shop-v1\n0::/\n", "a1/shop-v1"),
      ("/", "freezer", "8:pids:/orchestrator/a1/shop-v1\n6:freezer:/\n", nil),
      ("/", "freezer", "6:cpu,freezer:/orchestrator/a1/b:c\n", "a1/b:c"),
      ("/docker/0a1b", "pids", "8:pids:/docker/0a1b/orchestrator/a1/shop-v1\n", "a1/shop-v1"),
      ("/docker/0a1b", "pids", "8:pids:/orchestrator/a1/shop-v1\n", nil),
    ] as [(String, String, String, String?)])
  func place(root: String, name: String, text: String, expected: String?) {
    let hierarchy = ControlGroup.Hierarchy(mount: "/sys/fs/cgroup", root: root, name: name)
    #expect(hierarchy.place(in: text) == expected)
  }

  /// The program, as it was built beside these tests.
  private static let program = CommandLine.arguments[0].absolutePath.parentFolder + "/orchestrator"

  @Test(
    "keeps what left its session and cleared its environment, and can be killed and removed as a whole",
    .enabled(if: geteuid() == 0, "only root can make groups"), .timeLimit(.minutes(1)))
  func whole() async throws {
    let home = "/nowhere/\(UUID().uuidString)"
    // Where the machine has none, as in a container, workloads go without.
    guard let group = ControlGroup("shop-v1", of: home), group.make() else { return }
    let members = ProcessTree(group: group)
    let script = ["/bin/sh", "-c", "env -i setsid --fork sleep 60; echo ready; exec sleep 61"]
    let words = GroupEntry.command(script, entering: group, by: Self.program)
    let command = Command(words, onlyWith: ["PATH": "/usr/bin:/bin"], in: "/")
    _ = try await Subprocess.run(
      command.executable, arguments: Arguments(command.arguments), environment: command.wholeEnvironment,
      input: .none, output: .sequence, error: .discarded
    ) { execution in
      for try await line in execution.standardOutput.strings() where line.contains("ready") { break }
      try await eventually { members.alive().map(\.title).sorted() == ["sleep 60", "sleep 61"] }
      #expect(ControlGroup.names(of: home) == ["shop-v1"])
      #expect(ControlGroup.place(of: Int(execution.processIdentifier.value)) == group.place)
      await members.killAll()
    }
    #expect(members.alive().isEmpty)
    await group.remove()
    #expect(ControlGroup.names(of: home) == [])
  }

  @Test(
    "is entered with the environment as it is, which a shell would change; one that is gone is an error",
    .enabled(if: geteuid() == 0, "only root can make groups"))
  func environment() async throws {
    guard let group = ControlGroup("shop-v2", of: "/nowhere/\(UUID().uuidString)"), group.make() else { return }
    let words = GroupEntry.command(["/usr/bin/env"], entering: group, by: Self.program)
    let command = Command(words, onlyWith: ["A_B": "1", "npm_config_//x/:_authToken": "2"], in: "/")
    var lines: [String] = []
    try await #expect(ChildProcessRunner().run(command) { lines.append($0) } == 0)
    #expect(lines.sorted() == ["A_B=1", "npm_config_//x/:_authToken=2"])
    await group.remove()
    lines = []
    try await #expect(ChildProcessRunner().run(command) { lines.append($0) } == 126)
    #expect(lines.first?.hasPrefix("cannot enter the control group ") == true)
  }
}
