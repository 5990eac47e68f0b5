import Foundation
import Testing

@testable import OrchestratorPlanning

@Suite("Bad input")
struct BadInputTests {
  let program = Program()

  @Test(
    "a subdomain that is no DNS label is refused with 2, and without forging a line",
    arguments: [
      "../x", "a b", "a;b", "a.b", String(repeating: "a", count: 64), "Shop", "münchen", "-a", "a-", "localhost",
      "a\nb", "$(id)",
    ])
  func names(_ name: String) async throws {
    let run = try await program.run("deploy", "flask", Program.root + "/Examples/flask-hello", "--subdomain=\(name)")
    #expect(run.status == 2)
    #expect(run.errors.contains("cannot be a subdomain"))
    #expect(run.errors.split(separator: "\n").count == 2)
  }

  @Test("an empty subdomain is refused with 2")
  func emptyName() async throws {
    #expect(
      try await program.run("deploy", "flask", Program.root + "/Examples/flask-hello", "--subdomain=").status == 2)
    let run = try await program.run("status", "")
    #expect(run.status == 2)
    #expect(run.errors.contains("'' cannot be a subdomain: it is empty"))
  }

  /// Arguments of `deploy`, the status that they end with and what the error says.
  static let deployments: [([String], Int, [String])] = [
    (["flask", "/no/such/folder"], 3, ["there is no folder '/no/such/folder'"]),
    (["flask", "/etc/passwd"], 2, ["'/etc/passwd' is a file, not a folder"]),
    (["flaks", "Examples/flask-hello"], 3, ["there is no stack 'flaks'", "did you mean 'flask'?"]),
    (
      ["django", "Examples/flask-hello"], 1,
      ["cannot tell 'root'", "manage.py", "it looks like an app for: orchestrator deploy flask"]
    ),
    (["django", "Sources"], 1, ["cannot tell 'root'", "--set root=VALUE"]),
    (["dockerfile", "Examples/flask-hello"], 1, ["there is no 'Dockerfile'"]),
    (["flask", "Examples/flask-hello", "--set", "wsgi"], 2, ["'wsgi' is not NAME=VALUE"]),
    (["flask", "Examples/flask-hello", "--set", "wsgy=a:b"], 2, ["has no variable 'wsgy' (did you mean 'wsgi'?)"]),
    (["flask", "Examples/flask-hello", "--set", "wsgi=a;b"], 2, ["'a;b' cannot be 'wsgi'"]),
    (["flask", "Examples/flask-hello", "--health-path", "health"], 2, ["'health' cannot be a health path"]),
    (
      ["flask", "Examples/flask-hello", "--build-env", "A"], 2,
      ["'A' is not NAME=VALUE", "--build-env VITE_TITLE=Shop"]
    ),
    (
      ["flask", "Examples/flask-hello", "--build-env", "1A=x"], 2,
      ["'1A' cannot be the name of an environment variable"]
    ),
    (["flask", "Examples/flask-hello", "--build-env", "A=x\ny"], 2, ["the value of 'A' holds a control character"]),
    (
      ["dockerfile", "Examples/dockerfile-hello", "--build-env", "DOCKER_HOST=tcp://other"], 2,
      ["cannot have 'DOCKER_HOST': docker would take it for itself", "give the ARG in the Dockerfile another name"]
    ),
    (
      ["mern", "Examples/flask-hello"], 1,
      ["cannot find the backend of 'shop'", "it looks like an app for: orchestrator deploy flask"]
    ),
    (
      ["mern", "Examples/mern-shop", "--set", "fronted=web"], 2,
      ["has no component 'fronted' (did you mean 'frontend'?)"]
    ),
    (
      ["mern", "Examples/mern-shop", "--set", "frontend=web"], 2,
      ["'web' cannot be the folder of the component 'frontend'"]
    ),
    (
      ["mern", "Examples/mern-shop", "--set", "backend.entri=a.js"], 2,
      ["has no variable 'entri' (did you mean 'entry'?)"]
    ),
    (
      ["flask", "Examples/flask-hello", "--runtime", "dokcer"], 2,
      ["there is no runtime 'dokcer' (did you mean 'docker'?)", "choose auto, docker, process"]
    ),
    (
      ["dockerfile", "Examples/dockerfile-hello", "--runtime", "process"], 1,
      ["apps of the stack 'dockerfile' bring a Dockerfile, which only Docker can build", "--runtime docker"]
    ),
    (["flask", "Examples/flask-hello", "--plugins", "/nowhere"], 3, ["there is no folder '/nowhere'"]),
    (
      ["flask", "Examples/flask-hello"], 1,
      ["Docker is not running at unix://", "systemctl start docker", "DOCKER_HOST"]
    ),
  ]

  @Test("says what is wrong, and what to do", arguments: deployments)
  func deploying(_ arguments: [String], _ status: Int, _ says: [String]) async throws {
    var words = arguments
    if !words[1].hasPrefix("/") { words[1] = Program.root + "/" + words[1] }
    let run = try await program.deploying(words)
    #expect(run.status == status, "\(run.errors)")
    for text in says { #expect(run.errors.contains(text), "\(run.errors)") }
    #expect(run.output == "")
  }

  @Test("an empty folder has no app")
  func emptyFolder() async throws {
    let folder = program.home + "/empty"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let run = try await program.deploying(["flask", folder])
    #expect(run.status == 2)
    #expect(run.errors.contains("is empty: there is no app in it"))
  }

  @Test("a wrong address of Docker is said as that")
  func dockerHost() async throws {
    let run = try await program.run("list", environment: ["DOCKER_HOST": "ssh://somewhere"])
    #expect(run.status == 2)
    #expect(run.errors.contains("'ssh://somewhere' is not an address of a Docker Engine"))
  }

  @Test("a state folder that cannot be made is said as that")
  func unwritable() async throws {
    let run = try await program.run("list", "--home", "/dev/null/state")
    #expect(run.status == 1)
    #expect(run.errors.contains("the state folder '/dev/null/state' cannot be written to"))
    #expect(run.errors.contains("--home"))
  }

  @Test("an error is an object when JSON is asked for")
  func json() async throws {
    let run = try await program.run("status", "nobody", "--json")
    #expect(run.status == 3)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: [String: String]])
    #expect(object["error"]?["code"] == "not_found")
    #expect(run.errors == "")
  }

  @Test("usage errors end with 2, help and the version with 0")
  func usage() async throws {
    #expect(try await program.run("deploy").status == 2)
    #expect(try await program.run("fly").status == 2)
    #expect(try await program.run("--help").output.contains("EXIT STATUS"))
    #expect(try await program.run("--version").output == "0.1.0\n")
  }

  @Test("destroying is asked about first")
  func destroy() async throws {
    #expect(try await program.run("destroy", "nobody").status == 3)
  }
}

extension Program {
  func deploying(_ arguments: [String]) async throws -> Run {
    try await run(words: ["deploy"] + arguments + ["--subdomain", "shop"])
  }
}
