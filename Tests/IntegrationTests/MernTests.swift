import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorStore
@testable import OrchestratorSystem

extension Integration {
  /// With the sample shop, which installs its packages with npm for real.
  @Suite("MERN: a backend with pages in front of it")
  struct MernTests {
    let port = 12000

    @Test("is deployed as one, and each request goes where it belongs", arguments: Lane.runtimes)
    func routing(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.shop(on: runtime)
      try await installation.using("shop") {
        try await installation.deploy("mern", app, as: "shop", "--build-env", "VITE_SHOP_NAME=Corner shop")
        #expect(try await installation.page("shop", port: port, path: "/api/products").contains("cents"))
        let page = try await installation.get("shop", port: port)
        #expect(page.status == 200 && page.headers["cache-control"] == "no-cache")
        // A link into the app is its page; what only begins like a claimed path is none of the backend's.
        for path in ["/products/2", "/products/2?x=1", "/apix", "/api-docs", "/index.html"] {
          #expect(try await installation.get("shop", port: port, path: path).body == page.body, "\(path)")
        }
        let script = try #require(page.text.firstMatch(of: /src="(\/assets\/[^"]+\.js)"/).map { String($0.1) })
        let asset = try await installation.get("shop", port: port, path: script, headers: ["Accept-Encoding": "gzip"])
        #expect(asset.headers["content-type"] == "text/javascript; charset=utf-8")
        #expect(asset.headers["cache-control"] == "public, max-age=31536000, immutable")
        #expect(asset.headers["content-encoding"] == "gzip")
        #expect(try await installation.page("shop", port: port, path: script).contains("Corner shop"))
        for path in ["/assets/main-00000000.js", "/assets/none", "/favicon.ico", "/.git/config", "/api/none"] {
          let answer = try await installation.get("shop", port: port, path: path)
          #expect(answer.status == 404 && answer.headers["cache-control"] == nil, "\(path)")
        }
        let order = try await installation.post(order: "1", to: "shop", port: port)
        #expect(order.status == 201, "\(order.text)")
        let (api, pages) = (installation.port(17000), installation.port(18000))
        let mappings = try String(
          contentsOfFile: installation.home + "/proxy/current/proxy-mappings.conf", encoding: .utf8)
        #expect(mappings.contains("$backend_port {\n    default 0;\n    shop.localhost \(api);\n}"))
        #expect(mappings.contains("$frontend_port {\n    default 0;\n    shop.localhost \(pages);\n}"))
        let list = try await installation.orchestrator("list").output
        #expect(list.contains("mern") && list.contains("\(api),\(pages)"))
        // The routing table alone sends each request there as well.
        try await installation.removeServerBlock(of: "shop")
        #expect(try await installation.page("shop", port: port, path: "/api/products").contains("cents"))
        #expect(try await installation.get("shop", port: port, path: "/api-docs").body == page.body)
        #expect(try await installation.post(order: "1", to: "shop", port: port).status == 201)
      }
    }

    @Test("when one half changed, what was built of the other is used again", arguments: Lane.runtimes)
    func oneHalf(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.shop(on: runtime)
      try await installation.using("shop") {
        try await installation.deploy("mern", app, as: "shop")
        let before = try await installation.layers(of: "shop:v1.frontend")
        try app.write("backend/app.js", app.read("backend/app.js").replacing("'not found'", with: "'nothing'"))
        let failures = try await installation.asking("shop", port: port) {
          try await installation.deploy("mern", app, as: "shop")
        }
        #expect(failures == [])
        #expect(try await installation.get("shop", port: port, path: "/api/none").text.contains("nothing"))
        switch runtime {
        // A build that had run anew would have left other files, if only by their times.
        case .docker:
          #expect(try await installation.layers(of: "shop:v2.frontend") == before && before.contains("sha256:"))
        case .process:
          let log = try await installation.orchestrator("logs", "shop", "--build", "--component", "frontend").output
          #expect(!log.contains("npm install") && log.contains("npm run build"), "\(log)")
        }
      }
    }

    @Test("a failure of either half undoes both, and the error says which and why", arguments: Lane.runtimes)
    func failures(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.shop(on: runtime)
      try await installation.using("shop") {
        try await installation.deploy("mern", app, as: "shop")
        let before = try await installation.world()
        let server = try app.read("backend/server.js")
        for (file, text, words) in [
          (
            "backend/server.js", "throw new Error('no stock')", "the backend of 'shop' ended at its start with status 1"
          ),
          ("frontend/src/main.jsx", "import './none.jsx'", "the build of the frontend of 'shop' failed ("),
        ] {
          try app.write(file, text)
          let run = try await installation.orchestrator("deploy", "mern", app.folder, "--subdomain", "shop")
          #expect(run.status == 5, "\(run.all)")
          #expect(run.errors.contains("Error: \(words)"), "\(run.all)")
          #expect(run.errors.contains("v1 still serves") && run.errors.contains("undone     reserve port (frontend)"))
          #expect(try await installation.world() == before)
          #expect(try await installation.page("shop", port: port, path: "/api/products").contains("cents"))
          try app.write("backend/server.js", server)
        }
      }
    }

    @Test("a server that brings its own pages is all of its app", arguments: Lane.runtimes)
    func serverWithPages(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.express(
        on: runtime,
        [
          "package.json": """
          {"name": "whole", "main": "backend/server.js", "dependencies": {"express": "^5"},
           "devDependencies": {"esbuild": "*"},
           "scripts": {"build": "esbuild frontend/main.js --bundle --outfile=frontend/build/main.js"}}
          """,
          "backend/server.js": """
          const express = require('express')
          const app = express()
          app.get('/api/tools', (request, response) => response.json({
            environment: process.env.NODE_ENV,
            tools: require('node:fs').existsSync('node_modules/esbuild'),
          }))
          app.use(express.static('frontend/build'))
          app.get('/', (request, response) => response.send('made by the server'))
          app.listen(process.env.PORT, process.env.HOST)
          """,
          "frontend/main.js": "console.log('bundled')",
        ])
      try await installation.using("whole") {
        try await installation.deploy("mern", app, as: "whole")
        #expect(try await installation.page("whole", port: port) == "made by the server")
        #expect(try await installation.page("whole", port: port, path: "/main.js").contains("bundled"))
        // What the build needed was there, and is not where the app runs.
        let tools = try await installation.page("whole", port: port, path: "/api/tools")
        #expect(tools == #"{"environment":"production","tools":false}"#)
        #expect(try await installation.world().routes.map(\.role) == [.backend])
      }
    }

    @Test(
      "a start script that is more than a program is run, and the app gets its signal", arguments: Lane.runtimes)
    func startScript(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.express(
        on: runtime,
        [
          "package.json": """
          {"name": "scripted", "scripts": {"start": "echo preparing && STAGE=live node server.js --quiet"}}
          """,
          "server.js": """
          const server = require('node:http').createServer((request, response) =>
            response.end(`${process.env.STAGE} ${process.argv[2]}`))
          server.listen(process.env.PORT, process.env.HOST)
          process.on('SIGTERM', () => server.close(() => { console.log('ended in good order'); process.exit(0) }))
          """,
        ])
      try await installation.using("scripted") {
        try await installation.deploy("mern-backend", app, as: "scripted")
        #expect(try await installation.page("scripted", port: port) == "live --quiet")
        try await installation.deploy("mern-backend", app, as: "scripted")
        let log = try await installation.orchestrator("logs", "scripted", "--release", "v1").output
        #expect(log.contains("preparing") && log.contains("ended in good order"), "\(log)")
      }
    }

    @Test("either half can be deployed alone", arguments: Lane.runtimes)
    func alone(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.shop(on: runtime)
      try await installation.using("api", "pages") {
        for (stack, folder, name) in [("mern-backend", "backend", "api"), ("mern-frontend", "frontend", "pages")] {
          try await installation.deploy(stack, app, in: folder, as: name)
        }
        #expect(try await installation.get("api", port: port).status == 404)
        #expect(try await installation.page("api", port: port, path: "/api/products").contains("cents"))
        // Without a backend beside it nothing is claimed.
        #expect(try await installation.page("pages", port: port, path: "/api/products").contains("<div id=\"root\">"))
      }
    }

    @Test(
      "the server of pages is found again, also when its supervisor was killed and what was written down is gone",
      .lane(.process))
    func lostServer() async throws {
      let installation = try await Installation.on(.process)
      let app = try await TestApp.shop(on: .process)
      try await installation.deploy("mern-frontend", app, in: "frontend", as: "pages")
      let process = installation.process("\(installation.namespace)-pages-v1")
      try await installation.expectToMove("pages", to: "<div id=\"root\">")
      let record = try #require(process.record())
      let (supervisor, server) = (try #require(record.supervisor), try #require(record.process))
      kill(pid_t(supervisor.id), SIGKILL)
      try await eventually { !supervisor.isAlive }
      try FileManager.default.removeItem(atPath: process.folder + "/state.json")
      #expect(server.isAlive)
      try await installation.destroy("pages")
      #expect(!server.isAlive)
    }

    @Test(
      "the same pages stand in front of Django, by a stack that is a file in Plugins", arguments: Lane.runtimes)
    func otherComposition(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.shop(on: runtime)
      try FileManager.default.removeItem(atPath: app.folder + "/backend")
      try FileManager.default.copyItem(
        atPath: TestApp.root + "/Examples/django-notes", toPath: app.folder + "/backend")
      try await installation.using("notes") {
        try await installation.deploy("django-react", app, as: "notes", "--plugins", TestApp.root + "/Plugins")
        #expect(try await installation.page("notes", port: 13000).contains("<div id=\"root\">"))
        let login = try await installation.page("notes", port: 13000, path: "/admin/login/")
        #expect(login.contains("/static/admin/css/base.css"))
        let css = try await installation.get("notes", port: 13000, path: "/static/admin/css/base.css")
        #expect(css.status == 200 && css.headers["content-type"]?.hasPrefix("text/css") == true)
      }
    }
  }
}

extension Installation {
  /// Expects that the app's first release, whose port another program takes while it is down, serves from another one after `reconcile`.
  fileprivate func expectToMove(_ app: String, to text: String) async throws {
    let before = try #require(try await status(app).instances[0].port)
    try await stopWorkload(app, try ReleaseNumber("v1"))
    let listener = try Listener(on: before.number)
    defer { listener.stop() }
    let run = try await orchestrator("reconcile")
    #expect(run.status == 0, "\(run.all)")
    let after = try #require(try await status(app).instances[0].port)
    #expect(after != before)
    try await eventually {
      let call = HTTPRequest(endpoint: .tcp(host: "127.0.0.1", port: Int(after.number)), path: "/", host: "localhost")
      return (try? await transport.send(call, timeout: .seconds(5)).text.contains(text)) ?? false
    }
  }

  /// The layers that an image consists of.
  fileprivate func layers(of image: String) async throws -> String {
    try await Program.run(
      "docker", ["image", "inspect", "--format", "{{.RootFS.Layers}}", "\(namespace)/\(image)"]
    ).output
  }

  fileprivate func post(order product: String, to name: String, port: Int) async throws -> HTTPResponse {
    let port = self.port(port)
    let products =
      try JSONSerialization.jsonObject(
        with: try await get(name, port: port - portOffset, path: "/api/products").body) as? [[String: Any]]
    let order = ["productId": products?.first?["id"] as Any, "quantity": 1]
    let call = HTTPRequest(
      method: "POST", endpoint: .tcp(host: "127.0.0.1", port: port), path: "/api/orders",
      host: "\(name).localhost:\(port)", headers: ["Content-Type": "application/json"],
      body: try JSONSerialization.data(withJSONObject: order))
    return try await transport.send(call, timeout: .seconds(10))
  }
}

extension TestApp {
  /// The sample shop, with the registry of these tests; its backend has a lock file, its frontend has none.
  static func shop(on runtime: RuntimeName) async throws -> TestApp {
    let app = try TestApp(example: "mern-shop")
    let registry = try await NPMRegistry.running()
    for half in ["backend", "frontend"] { try app.write("\(half)/.npmrc", registry.settings(for: .process)) }
    let lock = try await Program.run(
      "npm", ["install", "--package-lock-only", "--prefix", app.folder + "/backend"], environment: npmEnvironment(app))
    guard lock.status == 0 else { throw NPMRegistry.Failure(output: lock.all) }
    for half in ["backend", "frontend"] { try app.write("\(half)/.npmrc", registry.settings(for: runtime)) }
    return app
  }

  /// An app of these files, with the registry of these tests.
  static func express(on runtime: RuntimeName, _ files: [String: String]) async throws -> TestApp {
    let settings = try await NPMRegistry.running().settings(for: runtime)
    return try TestApp(files.merging([".npmrc": settings]) { own, _ in own })
  }

  /// Nothing of the user's own comes along, and nothing is left with them.
  private static func npmEnvironment(_ app: TestApp) -> [String: String] {
    ["npm_config_cache": app.folder + "-npm", "npm_config_audit": "false", "npm_config_fund": "false"]
  }
}
