import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorPlanning
@testable import OrchestratorStacks

@Suite("When a variable cannot be told, or is set by hand")
struct DetectionRefusalTests {
  static let flask = AppSource("a Flask app", ["app.py": "app = Flask(__name__)"], [:])

  @Test("nothing that fits is refused with all that was looked for, where, and how to say it")
  func nothingFits() throws {
    let source = AppSource("", ["README.md": "An app."], [:])
    let (message, hint) = try source.detected(by: "flask") { detector in
      let error = #expect(throws: OrchestratorError.self) { try detector.values(settingByHand: [:]) }
      #expect(error?.code == .detectionFailed)
      let message = try #require(error?.message)
      return (message.replacing(detector.source.path, with: "PATH"), error?.hint)
    }
    let lines = message.split(separator: "\n").map(String.init)
    #expect(
      lines.prefix(2) == [
        "cannot tell 'wsgi' of 'shop': what gunicorn serves, MODULE:CALLABLE", "looked in PATH at:",
      ])
    #expect(lines[2].hasPrefix("  Procfile, for a line that matches ^web:"))
    let stack = try StackRegistry.shipped.single(named: "flask")
    #expect(lines.count == 2 + stack.variables[0].detect.count)
    #expect(lines.contains { $0.hasPrefix("  wsgi.py, app.py, main.py, run.py, hello.py") })
    #expect(lines.contains { $0.hasPrefix("  src/*/__init__.py, src/*/app.py") })
    #expect(hint == "say it with --set wsgi=VALUE, or check that this is the folder of a flask app")
  }

  @Test("what is looked for in a folder that was found is named with the folder")
  func namesFolder() throws {
    let source = AppSource("", ["web/manage.py": "DJANGO_SETTINGS_MODULE"], [:])
    let error = try source.refusal(by: "django")
    #expect(error?.code == .detectionFailed)
    #expect(error?.message.contains("\n  web/manage.py, for a line that matches ") == true)
    #expect(error?.message.contains("\n  web/*/settings.py, web/*/settings/__init__.py, web/settings.py") == true)
  }

  @Test("what is set by hand wins", arguments: ["shop:app", "shop.web:make()", "_a.b:c_1"])
  func byHand(value: String) throws {
    #expect(try Self.flask.variables(foundBy: "flask", settingByHand: ["wsgi": value]) == ["wsgi": value])
  }

  @Test(
    "a value that it cannot have is refused",
    arguments: ["", "a b", "$(x)", "a:b\n", "a:b;c", "a:b()x", "--help", "a:b\u{1B}[2J", "${port}", "a:b --reload"])
  func badValue(value: String) throws {
    let error = try Self.flask.refusal(by: "flask", settingByHand: ["wsgi": value])
    #expect(error?.code == .invalidInput)
    #expect(error?.message == "\(value.quoted) cannot be 'wsgi': what gunicorn serves, MODULE:CALLABLE")
    #expect(error?.hint == #"it must match [A-Za-z_][\w.]*:[A-Za-z_]\w*(\(\))?"#)
  }

  @Test("a value that leads out of the source is refused", arguments: ["..", "../x", "a/../../x"])
  func leavesSource(value: String) throws {
    let source = AppSource("", ["manage.py": "DJANGO_SETTINGS_MODULE"], [:])
    let error = try source.refusal(by: "django", settingByHand: ["root": value])
    #expect(error?.message == "'\(value)' cannot be 'root': the folder that holds manage.py")
  }

  @Test("an unknown variable is refused, with the one that was probably meant")
  func unknownVariable() throws {
    let error = try Self.flask.refusal(by: "flask", settingByHand: ["wsg": "a:b"])
    #expect(error?.code == .invalidInput)
    #expect(error?.message == "stack 'flask' has no variable 'wsg' (did you mean 'wsgi'?)")
    #expect(error?.hint == "its variables are wsgi")
  }

  @Test("a standard variable cannot be set by hand", arguments: ["app", "host", "port", "source"])
  func standardVariable(name: String) throws {
    let error = try Self.flask.refusal(by: "flask", settingByHand: [name: "x"])
    #expect(error?.message == "stack 'flask' has no variable '\(name)'")
  }
}
