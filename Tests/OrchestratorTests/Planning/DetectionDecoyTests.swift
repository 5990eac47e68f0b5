import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("Folders that hold no app")
struct DetectionDecoyTests {
  private static let flask = "from flask import Flask\napp = Flask(__name__)\n"
  private static let manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'decoy.settings')\n"

  static let folders = ["tests", "test", ".venv", "venv", "node_modules", "__pycache__", ".git"]

  @Test("a Flask app in one of them does not mislead", arguments: folders)
  func flask(folder: String) throws {
    let source = AppSource(
      folder,
      [
        "\(folder)/__init__.py": Self.flask, "\(folder)/app.py": Self.flask, "\(folder)/wsgi.py": Self.flask,
        "webapp/__init__.py": "def create_app():\n    return Flask(__name__)\n",
      ], ["wsgi": "webapp:create_app()"])
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }

  @Test("a Flask app in a test at the top does not mislead", arguments: ["test_app.py", "conftest.py", "app_test.py"])
  func flaskTest(file: String) throws {
    let source = AppSource(
      file, [file: "app = create_app()\n", "webapp/__init__.py": "def create_app():\n"], ["wsgi": "webapp:create_app()"]
    )
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }

  @Test("a Django project in one of them does not mislead", arguments: folders)
  func django(folder: String) throws {
    let source = AppSource(
      folder,
      [
        "\(folder)/manage.py": Self.manage, "web/manage.py": Self.manage.replacing("decoy", with: "shop"),
        "web/\(folder)/wsgi.py": "application = 1\n", "web/zoo/wsgi.py": "application = get_wsgi_application()\n",
      ], ["root": "web", "settings": "shop.settings", "wsgi": "zoo.wsgi:application"])
    #expect(try source.variables(foundBy: "django") == source.expected)
  }

  @Test("none of them makes a folder an app", arguments: folders)
  func recognised(folder: String) throws {
    let source = AppSource(folder, ["\(folder)/app.py": Self.flask, "\(folder)/manage.py": Self.manage], [:])
    #expect(try !source.detected(by: "flask") { try $0.recognises() })
    #expect(try !source.detected(by: "django") { try $0.recognises() })
  }
}
