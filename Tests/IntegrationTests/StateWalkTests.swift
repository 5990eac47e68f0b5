import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

extension Integration {
  /// Every path of the state folder, as those see it who are kept out of it: users of apps, of both runtimes.
  @Suite("The state folder to others", .enabled(if: getuid() == 0, "only root can act as another user"))
  struct StateWalkTests {
    /// What there is to see in the middle of a build, and the last point before it.
    private static let moments: [RuntimeName: String] = [
      .docker: "build context prepared", .process: "dependencies not referred to",
    ]

    @Test(
      "an app's user can neither list, read nor change anything but what is its own; strangers nothing",
      arguments: Lane.runtimes)
    func walk(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp(["app.py": TestApp.plainSource("hello"), "packages.txt": "first", ".env": "SECRET=1"])
      try await installation.beingReachable {
        try await installation.using("walked", "walker") {
          try await installation.prepareState(with: app)
          let arguments = ["deploy", "installing", app.folder, "--subdomain", "walked", "--build-env", "SECRET=2"]
          let moment = try #require(Self.moments[runtime])
          let point = try #require(try await installation.points(of: arguments).firstIndex { $0 == moment })
          // Something else to install, so that the build is the same again.
          try app.write("packages.txt", "second")
          let run = try await installation.orchestrator(arguments, stoppingAt: point + 1) {
            #expect(try await installation.world().folders.contains { $0.hasSuffix("/source") })
            try await installation.expectClosed()
          }
          #expect(run.status == 0, "\(run.all)")
          try await installation.expectClosed()
        }
      }
    }
  }
}

extension Installation {
  /// Does `work` while others may enter the folder that the state folder is in.
  fileprivate func beingReachable(_ work: () async throws -> Void) async throws {
    let above = home.parentFolder
    let mode = try #require(try FileManager.default.attributesOfItem(atPath: above)[.posixPermissions])
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: above)
    let result = await Result(catching: work)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: above)
    for name in ["settings.yaml", "plugins", "kept.db"] {
      try? FileManager.default.removeItem(atPath: "\(home)/\(name)")
    }
    try result.get()
  }

  /// Puts there what an installation can have: releases that serve, that served and that failed, settings, a stack, and a backup.
  fileprivate func prepareState(with app: TestApp) async throws {
    // The folder itself is as the program makes it.
    try await deploy("installing", app, as: "walked")
    try FileManager.default.createDirectory(atPath: home + "/plugins", withIntermediateDirectories: true)
    try "keepReleases: 3".write(toFile: home + "/settings.yaml", atomically: true, encoding: .utf8)
    try "# PASSWORD: secret".write(toFile: home + "/plugins/.secret", atomically: true, encoding: .utf8)
    for name in ["walker", "walked"] { try await deploy("installing", app, as: name) }
    try app.write("packages.txt", "fail")
    let failed = try await orchestrator("deploy", "installing", app.folder, "--subdomain", "walked")
    try #require(failed.status == 5, "\(failed.all)")
    try app.write("packages.txt", "first")
    try #require(try await orchestrator("backup", home + "/kept.db").status == 0)
  }

  /// Expects that nothing is open to users of apps but what is meant to be.
  fileprivate func expectClosed() async throws {
    let own = try await user(of: "walker")
    for user in [own, 10001, 65534] {
      let found = try await open(to: user).filter { !isMeant($0, for: user == own ? "walker" : nil) }
      // There can be thousands.
      #expect(found.count == 0, "open to the user \(user): \(found.prefix(20).joined(separator: ", "))")
    }
  }

  /// Whether something is meant to be open: an app's own files to the app, and to all what a stack brings along.
  private func isMeant(_ line: String, for app: String?) -> Bool {
    let path = String(line.drop { $0 != " " }.dropFirst())
    if path.contains(/^releases\/[^\/]+\/v\d+(\/[^\/]+)?\/app\/(files(\/.*)?|nginx\.conf)$/) {
      return !line.hasPrefix("change")
    }
    guard let app else { return false }
    let places = [
      "releases/\(app)/v1/app/source", "releases/\(app)/v1/app/home", "releases/\(app)/v1/app/tmp",
      "releases/\(app)/v1/app.log",
    ]
    if places.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) { return true }
    let parts = path.split(separator: "/")
    return path.hasPrefix("dependencies/\(app)/") && parts.count > 3 && ["source", "dependencies"].contains(parts[3])
  }

  /// What of the state folder a user can list, read or change, one line each, with its path.
  private func open(to user: Int) async throws -> [String] {
    let paths = (FileManager.default.enumerator(atPath: home)?.compactMap { $0 as? String } ?? []) + ["."]
    let list = NSTemporaryDirectory() + "orchestrator-paths-\(UUID().uuidString)"
    try paths.joined(separator: "\0").write(toFile: list, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: list)
    defer { unlink(list) }
    // The first on our PATH can be in a folder of ours.
    let python = try #require(SystemPrograms.path(of: "python3"))
    let run = try await Program.run(
      "setpriv",
      [
        "--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", python, "-c", Self.tryAll, home, list,
      ])
    try #require(run.status == 0 && paths.count > 20, "\(run.all)")
    return run.output.split(separator: "\n").map(String.init)
  }

  private static let tryAll = """
    import os, stat, sys
    home = sys.argv[1]
    for path in open(sys.argv[2]).read().split("\\0"):
        whole = os.path.join(home, path)
        try: mode = os.lstat(whole).st_mode
        except OSError: continue
        if stat.S_ISLNK(mode): continue
        if os.access(whole, os.W_OK): print("change", path)
        try:
            if stat.S_ISDIR(mode): os.listdir(whole); print("list", path)
            elif stat.S_ISREG(mode): open(whole, "rb").read(1); print("read", path)
        except OSError: pass
    """
}
