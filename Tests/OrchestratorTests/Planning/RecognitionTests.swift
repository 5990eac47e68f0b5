import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("Recognising the stack of an app")
struct RecognitionTests {
  private static let manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a.settings')"

  static let apps = [
    ("flask", AppSource("in requirements.txt", ["requirements.txt": "gunicorn\nFlask==3.1\n"], [:])),
    ("flask", AppSource("in pyproject.toml", ["pyproject.toml": "dependencies = [\"flask>=3\"]\n"], [:])),
    ("flask", AppSource("in Pipfile", ["Pipfile": "[packages]\r\nflask = \"*\"\r\n"], [:])),
    ("flask", AppSource("in an import", ["app.py": "import os\nfrom flask import Flask\n"], [:])),
    ("flask", AppSource("in an import of a part", ["app.py": "from flask.views import View\n"], [:])),
    ("flask", AppSource("in a package in src", ["src/shop/app.py": "import flask\r\n"], [:])),
    ("django", AppSource("by manage.py", ["manage.py": manage], [:])),
    ("django", AppSource("by manage.py one folder down", ["web/manage.py": manage], [:])),
    ("django", AppSource("in requirements.txt", ["requirements.txt": "django~=5.2"], [:])),
    ("mern-backend", AppSource("by express", ["package.json": #"{"dependencies": {"express": "5"}}"#], [:])),
    ("mern-frontend", AppSource("by react", ["package.json": #"{"dependencies": {"react" : "19"}}"#], [:])),
    ("fastapi", AppSource("in requirements.txt", ["requirements.txt": "fastapi[standard]"], [:])),
    ("dockerfile", AppSource("by its Dockerfile", ["Dockerfile": "FROM busybox"], [:])),
  ]

  @Test("an app of the stack is recognised", arguments: apps)
  func recognised(stack: String, source: AppSource) throws {
    #expect(try source.detected(by: stack) { try $0.recognises() })
  }

  static let others = [
    (
      "flask",
      AppSource("another package", ["requirements.txt": "flasky\nflask_wtf2\n", "app.py": "import flask_x"], [:])
    ),
    ("flask", AppSource("an import in a text", ["app.py": "x = 1  # from flask import Flask"], [:])),
    ("django", AppSource("a manage.py of another's", ["manage.py": "import flask_script"], [:])),
    ("mern-backend", AppSource("a package about it", ["package.json": #"{"express-rate-limit": "7"}"#], [:])),
    ("mern-frontend", AppSource("a package about it", ["package.json": #"{"react-native": "1"}"#], [:])),
    ("fastapi", AppSource("a Flask app", ["requirements.txt": "flask"], [:])),
    ("dockerfile", AppSource("another file", ["Dockerfile.dev": "FROM busybox"], [:])),
  ]

  @Test("what only looks like one is not", arguments: others)
  func notRecognised(stack: String, source: AppSource) throws {
    #expect(try !source.detected(by: stack) { try $0.recognises() })
  }
}
