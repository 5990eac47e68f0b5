import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning
@testable import OrchestratorStacks

@Suite("The Dockerfile of a release")
struct DockerfileTests {
  static let apps = [
    ("flask", "flask", AppSource("", ["requirements.txt": "Flask", "app.py": "app = Flask(__name__)"], [:])),
    (
      "flask-pyproject", "flask",
      AppSource("", ["pyproject.toml": "[project]", "src/shop/__init__.py": "app = Flask(__name__)"], [:])
    ),
    (
      "flask-requirements-folder", "flask",
      AppSource(
        "",
        [
          "requirements.txt": "-r requirements/base.txt", "requirements/base.txt": "Flask",
          "wsgi.py": "app = Flask(__name__)",
        ], [:])
    ),
    (
      "django", "django",
      AppSource(
        "", ["requirements.txt": "Django", "web/manage.py": #"("DJANGO_SETTINGS_MODULE", "shop.settings")"#], [:])
    ),
    ("mern-backend", "mern-backend", AppSource("", ["package.json": "{}", "server.js": ""], [:])),
    (
      "mern-backend-locked", "mern-backend",
      AppSource("", ["package.json": "{}", "package-lock.json": "{}", "server.js": ""], [:])
    ),
    ("mern-frontend", "mern-frontend", AppSource("", ["package.json": "{}", "package-lock.json": "{}"], [:])),
    ("fastapi", "fastapi", AppSource("", ["requirements.txt": "fastapi", "main.py": "app = FastAPI()"], [:])),
  ]

  @Test("is what the stack's descriptor says, for the source at hand", arguments: apps)
  func golden(name: String, stack: String, source: AppSource) throws {
    let descriptor = try StackRegistry.shipped.single(named: stack)
    try Golden.expect(source.dockerfile(by: descriptor), is: "\(name).Dockerfile")
  }

  @Test("copies what says the dependencies, installs them, and only then copies the code", arguments: apps)
  func manifestsFirst(name: String, stack: String, source: AppSource) throws {
    let descriptor = try StackRegistry.shipped.single(named: stack)
    let lines = try source.dockerfile(by: descriptor).split(separator: "\n").map(String.init)
    let code = try #require(lines.firstIndex { $0.hasPrefix("COPY") && $0.hasSuffix(" . .") })
    let install = try #require(
      lines.firstIndex { $0.hasPrefix("RUN") && $0.contains(#""install""#) || $0.contains(#""ci""#) })
    let manifest = try #require(
      lines.firstIndex {
        $0.hasPrefix("COPY") && $0.contains("requirements.txt") || $0.contains("package.json")
          || $0.contains("pyproject.toml")
      })
    #expect(manifest < install)
    #expect(install < code)
  }

  @Test("has the variables of the build that a person asked for, which win over the stack's, and leaves them behind")
  func buildEnvironment() throws {
    let stack = try StackRegistry.shipped.single(named: "mern-frontend")
    let source = AppSource("", ["package.json": "{}"], [:])
    let text = try source.dockerfile(
      by: stack, buildEnvironment: ["VITE_API_URL": "https://api.example", "VITE_TITLE": #"a "b" $c \d"#])
    #expect(text.contains(#"ENV VITE_API_URL="https://api.example""#))
    #expect(text.contains(#"ENV VITE_TITLE="a \"b\" \$c \\d""#))
    let stages = text.split(separator: "FROM nginx:1.30")
    #expect(stages.count == 2 && !stages[1].contains("VITE_"))
  }

  @Test("copies what is installed outside of the source into the image that runs, if anything is")
  func dependencies() throws {
    let yaml = DescriptorText.line(7, #"build: {base: "busybox:1", install: [[make, "${dependencies}"]]}"#)
      .replacing("[httpd]}", with: "[httpd], base: 'busybox:2'}")
    let text = try AppSource("", ["a": ""], [:]).dockerfile(by: .read(yaml))
    #expect(
      text.contains(
        #"COPY --from=build ["/orchestrator/dependencies/","/orchestrator/dependencies/"]"#))
  }

  @Test("differs from another app's with the same dependencies only where the code begins", arguments: apps)
  func shared(name: String, stack: String, source: AppSource) throws {
    let descriptor = try StackRegistry.shipped.single(named: stack)
    let texts = try [7, 8].map { try source.dockerfile(by: descriptor, app: $0).split(separator: "\n") }
    let common = zip(texts[0], texts[1]).prefix { $0 == $1 }.map(\.0)
    #expect(common.contains { $0.hasPrefix("RUN") && ($0.contains(#""install""#) || $0.contains(#""ci""#)) })
    #expect(texts[0].dropFirst(common.count).count == texts[1].dropFirst(common.count).count)
    #expect(texts[0].dropFirst(common.count).allSatisfy { !$0.contains("install") })
  }

  @Test("takes another base image if the settings say so")
  func otherBase() throws {
    let stack = try StackRegistry.shipped.single(named: "mern-backend")
    let source = AppSource("", ["server.js": ""], [:])
    let text = try source.dockerfile(by: stack, baseImages: ["node:24-slim": "registry.example/node:24"])
    #expect(text.split(separator: "\n")[1] == "FROM registry.example/node:24 AS build")
    #expect(text.contains("\n\nFROM registry.example/node:24\n"))
  }

  @Test("is for a user that is not root, unless the image is to say")
  func user() throws {
    let source = AppSource("", ["a": ""], [:])
    #expect(try source.dockerfile(by: .read(DescriptorText.smallest)).hasSuffix("\nUSER 30007:30007\n"))
    let other = DescriptorText.line(8, "run: {command: [a], user: '7:8'}")
    #expect(try source.dockerfile(by: .read(other)).hasSuffix("\nCOPY --chown=7:8 . .\n\nUSER 7:8\n"))
    let own = DescriptorText.line(8, "run: {command: [a], user: app}")
    #expect(try source.dockerfile(by: .read(own)).hasSuffix("\nUSER 30007:30007\n"))
    let image = DescriptorText.line(8, "run: {command: [a], user: image}")
    #expect(try source.dockerfile(by: .read(image)).hasSuffix("\nCOPY . .\n"))
  }
}
