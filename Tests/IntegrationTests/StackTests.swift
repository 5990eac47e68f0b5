import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorPlanning

extension Integration {
  @Suite("The stacks that ship")
  struct StackTests {
    @Test(
      "Flask: an app with only a pyproject.toml, and a factory in a package, needs no flag",
      arguments: Lane.runtimes)
    func flaskFactory(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp([
        "pyproject.toml": "[project]\nname = \"factory\"\nversion = \"1\"\ndependencies = [\"Flask~=3.1\"]\n",
        "app/__init__.py": """
        from flask import Flask

        def create_app():
            app = Flask(__name__)
            app.route("/")(lambda: "made by a factory")
            return app
        """,
      ])
      try await installation.using("factory") {
        try await installation.deploy("flask", app, as: "factory")
        #expect(try await installation.page("factory", port: 14000) == "made by a factory")
      }
    }

    @Test(
      "Django: the sample's pages, its admin with its CSS, and a form that is posted", arguments: Lane.runtimes)
    func django(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp(example: "django-notes")
      try await installation.using("notes") {
        try await installation.deploy("django", app, as: "notes")
        #expect(try await installation.page("notes", port: 13000).contains("<form"))
        #expect(
          try await installation.page("notes", port: 13000, path: "/admin/login/").contains(
            "/static/admin/css/base.css"))
        let css = try await installation.get("notes", port: 13000, path: "/static/admin/css/base.css")
        #expect(css.status == 200)
        #expect(css.headers["content-type"]?.hasPrefix("text/css") == true)
        let posted = try await installation.post(note: "buy milk", to: "notes", port: 13000)
        #expect(posted.status == 302)
        #expect(try await installation.page("notes", port: 13000).contains("buy milk"))
      }
    }

    @Test(
      "Django: without DEBUG the admin has its CSS too, one folder down, with a host that is allowed",
      arguments: Lane.runtimes)
    func djangoInProduction(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try movedDown(debug: "False", hosts: #"[".localhost"]"#)
      try await installation.using("production") {
        try await installation.deploy("django", app, as: "production")
        let css = try await installation.get("production", port: 13000, path: "/static/admin/css/base.css")
        #expect(css.status == 200)
        #expect(
          try await installation.page("production", port: 13000, path: "/admin/login/").contains(
            "Django administration"))
      }
    }

    @Test(
      "Django: without DEBUG and without an allowed host the error names the setting", arguments: Lane.runtimes)
    func disallowedHost(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try movedDown(debug: "False", hosts: "[]")
      try await installation.using("refusing") {
        let run = try await installation.orchestrator(
          "deploy", "impatient-django", app.folder, "--subdomain", "refusing")
        #expect(run.status == 5)
        #expect(run.errors.contains("answered 400"), "\(run.all)")
        #expect(run.errors.contains("the app refuses the host 'refusing.localhost'"), "\(run.all)")
        #expect(run.errors.contains("ALLOWED_HOSTS"), "\(run.all)")
      }
    }

    // The second database is one of which Django does not know that it is a file, as with a server.
    @Test(
      "Django: several instances that start together do not get in each other's way with migrations",
      .lane(.process), arguments: ["django.db.backends.sqlite3", "elsewhere"])
    func djangoInstances(engine: String) async throws {
      let installation = try await Installation.on(.process)
      let app = try TestApp(example: "django-notes")
      try app.write(
        "config/settings.py",
        try app.read("config/settings.py").replacingOccurrences(of: "django.db.backends.sqlite3", with: engine))
      try app.write("elsewhere/__init__.py", "")
      try app.write(
        "elsewhere/base.py",
        """
        from django.db.backends.sqlite3 import base

        class DatabaseWrapper(base.DatabaseWrapper):
            vendor = "elsewhere"
        """)
      try app.write(
        "notes/migrations/0002_slow.py",
        """
        import time
        from django.db import migrations

        class Migration(migrations.Migration):
            dependencies = [("notes", "0001_initial")]
            operations = [migrations.RunPython(lambda *_: time.sleep(2))]
        """)
      try await installation.using("notes") {
        try await installation.deploy("django", app, as: "notes", "--instances", "3")
        for _ in 1...6 { #expect(try await installation.page("notes", port: 13000).contains("<form")) }
        let log = try await installation.orchestrator("logs", "notes").output
        let applied = log.matches(of: /Applying notes.0002_slow... OK/).count
        let waited = log.matches(of: /Waiting for the first instance/).count
        #expect(applied == 1 && (engine == "elsewhere") == (waited > 0), "\(log)")
      }
    }

    @Test("FastAPI comes from a plugin's folder", arguments: Lane.runtimes)
    func fastAPI(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp(example: "fastapi-hello")
      try await installation.using("api") {
        try await installation.deploy("fastapi", app, as: "api")
        #expect(try await installation.page("api", port: 11000).contains("Hello from api (v1)"))
      }
    }

    @Test("an app can bring its own Dockerfile", .lane(.docker))
    func dockerfile() async throws {
      let installation = try await Installation.on(.docker)
      let app = try TestApp(example: "dockerfile-hello")
      let base = Installation.image("python:3.13-slim")
      try app.write(
        "Dockerfile", try app.read("Dockerfile").replacingOccurrences(of: "BASE=python:3.13-slim", with: "BASE=\(base)")
      )
      try await installation.using("own") {
        try await installation.deploy("dockerfile", app, as: "own")
        #expect(try await installation.page("own", port: 10000) == "Hello from own (v1)\n")
      }
    }

    @Test("a subdomain in use by another stack is a conflict, and goes on serving", arguments: Lane.runtimes)
    func conflict(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try TestApp.plain()
      try await installation.using("taken") {
        try await installation.deploy("plain", app, as: "taken")
        let run = try await installation.orchestrator("deploy", "tight", app.folder, "--subdomain", "taken")
        #expect(run.status == 4)
        #expect(run.errors.contains("in use by an app of the stack 'plain', which still serves"))
        #expect(try await installation.page("taken", port: TestStacks.plainPort) == "hello v1")
      }
    }

    /// The sample with its project one folder down and requirements.txt above it, as many keep it.
    private func movedDown(debug: String, hosts: String) throws -> TestApp {
      let sample = try TestApp(example: "django-notes")
      let app = try TestApp(["requirements.txt": try sample.read("requirements.txt")])
      let manager = FileManager.default
      try manager.moveItem(atPath: sample.folder, toPath: app.folder + "/site")
      try manager.removeItem(atPath: app.folder + "/site/requirements.txt")
      let settings = try app.read("site/config/settings.py")
        .replacing(/(?m)^DEBUG = .*$/, with: "DEBUG = \(debug)")
        .replacing(/(?m)^ALLOWED_HOSTS = .*$/, with: "ALLOWED_HOSTS = \(hosts)")
      try app.write("site/config/settings.py", settings)
      return app
    }
  }
}

extension Installation {
  /// Fills in the form of the sample's page and sends it as a browser does, with its cookie, its token and its origin.
  func post(note: String, to name: String, port: Int) async throws -> HTTPResponse {
    let form = try await get(name, port: port)
    let text = String(decoding: form.body, as: UTF8.self)
    let token = try #require(text.firstMatch(of: /name="csrfmiddlewaretoken" value="([^"]+)"/)).1
    let cookie = try #require(form.headers["set-cookie"]?.split(separator: ";").first)
    let address = "\(name).localhost:\(self.port(port))"
    let fields = "csrfmiddlewaretoken=\(token)&text=\(note.replacing(" ", with: "+"))"
    let call = HTTPRequest(
      method: "POST", endpoint: .tcp(host: "127.0.0.1", port: self.port(port)), path: "/", host: address,
      headers: [
        "Cookie": String(cookie), "Origin": "http://\(address)", "Content-Type": "application/x-www-form-urlencoded",
      ],
      body: Data(fields.utf8))
    return try await transport.send(call, timeout: .seconds(10))
  }
}
