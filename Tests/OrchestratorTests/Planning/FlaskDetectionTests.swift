import Testing

@testable import Orchestrator

@Suite("What gunicorn is to serve of a Flask app")
struct FlaskDetectionTests {
  private static func app(_ what: String, _ files: KeyValuePairs<String, String>, _ wsgi: String) -> AppSource {
    AppSource(what, files, ["wsgi": wsgi])
  }

  private static let plain = "from flask import Flask\n\napp = Flask(__name__)\n"
  private static let made = "from shop import create_app\n\napp = create_app()\n"
  private static let factory = "from flask import Flask\n\n\ndef create_app(config=None):\n    return Flask(__name__)\n"

  static let oneFile =
    ["app", "wsgi", "main", "run", "hello", "server", "application", "flask_app"].flatMap { module in
      [
        app("\(module).py with an app", ["\(module).py": plain], "\(module):app"),
        app("\(module).py with a made app", ["\(module).py": made], "\(module):app"),
        app(
          "\(module).py with an application", ["\(module).py": "application = Flask(__name__)"], "\(module):application"
        ),
      ]
    }

  @Test("an app in one file", arguments: oneFile)
  func inOneFile(source: AppSource) throws {
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }

  static let spellings = [
    app("a typed assignment", ["app.py": "app: Flask = Flask(__name__)"], "app:app"),
    app("a qualified class", ["app.py": "import flask\napp = flask.Flask(__name__)"], "app:app"),
    app("a qualified factory", ["wsgi.py": "app = shop.web.create_app()"], "wsgi:app"),
    app("arguments on lines of their own", ["app.py": "app = Flask(\n    __name__,\n)"], "app:app"),
    app("two names at once", ["application.py": "application = app = Flask(__name__)"], "application:application"),
    app("another factory", ["run.py": "app = build_app('prod')"], "run:app"),
    app("a class made from Flask", ["app.py": "app = APIFlask(__name__)"], "app:app"),
    app("Windows line ends", ["app.py": "import os\r\napp = Flask(__name__)\r\n"], "app:app"),
    app("a byte order mark", ["app.py": "\u{FEFF}app = Flask(__name__)\n"], "app:app"),
    app("only a factory", ["app.py": factory], "app:create_app()"),
    app(
      "a factory, and an app only when run by hand",
      ["app.py": factory + "if __name__ == '__main__':\n    app = create_app()\n    app.run()"], "app:create_app()"),
    app("a script of its own name", ["microblog.py": made], "microblog:app"),
    app("a comment about another", ["app.py": "# application = Flask(__name__)\n" + plain], "app:app"),
  ]

  @Test("each way to spell it", arguments: spellings)
  func spelling(source: AppSource) throws {
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }

  static let packages = [
    app("a package with only a factory", ["app/__init__.py": factory], "app:create_app()"),
    app("a package of another name with only a factory", ["shop/__init__.py": factory], "shop:create_app()"),
    app("a package with an app", ["shop/__init__.py": plain], "shop:app"),
    app("a package with an app in a module", ["shop/__init__.py": "", "shop/app.py": plain], "shop.app:app"),
    app("a package with an app in main.py", ["backend/main.py": plain], "backend.main:app"),
    app(
      "a package with an app, and a script that imports it",
      ["app/__init__.py": plain, "run.py": "from app import app\n\nif __name__ == '__main__':\n    app.run()\n"],
      "run:app"),
    app(
      "a package with a factory, and a script that calls it",
      ["app/__init__.py": factory, "run.py": "from app import create_app\n\napp = create_app()\n"], "run:app"),
    app(
      "a package with a factory, and a script that calls it only when run by hand",
      [
        "app/__init__.py": factory,
        "run.py": "from app import create_app\nif __name__ == '__main__':\n    create_app().run()\n",
      ],
      "app:create_app()"),
    app(
      "a package with a factory, and a script of its own name that calls it",
      ["app/__init__.py": factory, "flasky.py": "from app import create_app\napp = create_app('default')\n"],
      "flasky:app"),
    app(
      "a script that imports the app among others",
      ["shop/__init__.py": plain, "wsgi.py": "from shop import app, db  # noqa\n"], "wsgi:app"),
    app(
      "a script that imports the app in brackets",
      ["shop/__init__.py": plain, "wsgi.py": "from shop import (app)\n"], "wsgi:app"),
    app(
      "a script that imports the app under another name",
      ["shop/__init__.py": plain, "wsgi.py": "from shop import app as application\n"], "wsgi:application"),
    app(
      "a script that imports it with Windows line ends",
      ["shop/__init__.py": plain, "run.py": "from shop import app\r\napp.run()\r\n"], "run:app"),
  ]

  @Test("an app in a package", arguments: packages)
  func inPackage(source: AppSource) throws {
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }

  static let sourceFolders = [
    app("a package with an app", ["src/shop/__init__.py": plain, "pyproject.toml": ""], "shop:app"),
    app("a package with an app in a module", ["src/shop/app.py": plain], "shop.app:app"),
    app("a package with a factory", ["src/shop/__init__.py": factory], "shop:create_app()"),
    app("a script", ["src/app.py": plain], "app:app"),
    app("a script in main.py", ["src/main.py": plain + "from routes import pages\n"], "main:app"),
    app(
      "a script that imports with dots", ["src/__init__.py": "", "src/app.py": "from .db import db\n" + plain],
      "src.app:app"),
    app("a package beside a script at the top", ["src/shop/__init__.py": factory, "wsgi.py": made], "wsgi:app"),
  ]

  @Test("an app in the folder src", arguments: sourceFolders)
  func inSourceFolder(source: AppSource) throws {
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }
}
