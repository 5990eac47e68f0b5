import Testing

@testable import Orchestrator

@Suite("Where a Django project keeps its things")
struct DjangoDetectionTests {
  private static func manage(_ settings: String) -> String {
    """
    import os
    import sys


    def main():
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "\(settings)")

    """
  }
  private static let wsgi = "import os\n\napplication = get_wsgi_application()\n"
  private static let settings = "DEBUG = False\nINSTALLED_APPS = []\n"

  private static func project(
    _ what: String, _ files: KeyValuePairs<String, String>, root: String = ".", settings: String,
    wsgi: String = "django.core.wsgi:get_wsgi_application()"
  ) -> AppSource {
    AppSource(what, files, ["root": root, "settings": settings, "wsgi": wsgi])
  }

  static let layouts = [
    project(
      "as startproject makes it",
      ["manage.py": manage("mysite.settings"), "mysite/settings.py": settings, "mysite/wsgi.py": wsgi],
      settings: "mysite.settings", wsgi: "mysite.wsgi:application"),
    project(
      "one folder down, with requirements.txt above",
      ["requirements.txt": "Django", "web/manage.py": manage("mysite.settings"), "web/mysite/wsgi.py": wsgi],
      root: "web", settings: "mysite.settings", wsgi: "mysite.wsgi:application"),
    project(
      "settings in a package",
      ["manage.py": manage("config.settings.production"), "config/settings/base.py": settings, "config/wsgi.py": wsgi],
      settings: "config.settings.production", wsgi: "config.wsgi:application"),
    project("no wsgi.py", ["manage.py": manage("mysite.settings")], settings: "mysite.settings"),
    project(
      "an empty wsgi.py", ["manage.py": manage("mysite.settings"), "mysite/wsgi.py": ""], settings: "mysite.settings"),
    project(
      "wsgi.py at the top", ["manage.py": manage("settings"), "wsgi.py": wsgi], settings: "settings",
      wsgi: "wsgi:application"),
    project(
      "wsgi.py two packages down", ["manage.py": manage("a.settings"), "a/web/wsgi.py": wsgi], settings: "a.settings",
      wsgi: "a.web.wsgi:application"),
    project(
      "wsgi.py with types and Windows line ends",
      [
        "manage.py": manage("a.settings").replacing("\n", with: "\r\n"),
        "a/wsgi.py": "application: WSGIHandler = make()\r\n",
      ],
      settings: "a.settings", wsgi: "a.wsgi:application"),
    project(
      "manage.py with arguments on lines of their own",
      ["manage.py": "os.environ.setdefault(\n    'DJANGO_SETTINGS_MODULE',\n    'a.settings',\n)"],
      settings: "a.settings"),
    project(
      "manage.py that assigns", ["manage.py": "os.environ['DJANGO_SETTINGS_MODULE'] = 'a.settings'\n"],
      settings: "a.settings"),
    project(
      "manage.py that computes, settings in a module",
      ["manage.py": "use(DJANGO_SETTINGS_MODULE)", "shop/settings.py": settings], settings: "shop.settings"),
    project(
      "manage.py that computes, settings in a package",
      ["manage.py": "use(DJANGO_SETTINGS_MODULE)", "config/settings/__init__.py": settings], settings: "config.settings"
    ),
  ]

  @Test("each layout", arguments: layouts)
  func layout(source: AppSource) throws {
    #expect(try source.variables(foundBy: "django") == source.expected)
  }

  @Test(
    "a Procfile has no say: it may be about an asynchronous server",
    arguments: ["web: gunicorn shop.other:application", "web: daphne mysite.asgi:application --port $PORT"])
  func procfile(text: String) throws {
    let source = AppSource(
      "", ["Procfile": text, "manage.py": Self.manage("mysite.settings"), "mysite/wsgi.py": Self.wsgi], [:])
    #expect(try source.variables(foundBy: "django")["wsgi"] == "mysite.wsgi:application")
  }

  @Test("a value that was set by hand is used where the next is looked for")
  func rootByHand() throws {
    let source = AppSource(
      "", ["a/manage.py": Self.manage("a.settings"), "b/manage.py": Self.manage("b.settings")], [:])
    #expect(try source.variables(foundBy: "django")["settings"] == "a.settings")
    #expect(try source.variables(foundBy: "django", settingByHand: ["root": "b"])["settings"] == "b.settings")
  }
}
