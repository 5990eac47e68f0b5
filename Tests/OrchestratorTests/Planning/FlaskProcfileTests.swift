import Testing

@testable import Orchestrator

@Suite("What a Procfile says of a Flask app")
struct FlaskProcfileTests {
  @Test(
    "what gunicorn serves there is taken",
    arguments: [
      ("web: gunicorn app:app", "app:app"),
      ("web: gunicorn app:app\r\n", "app:app"),
      ("release: flask db upgrade\nweb: gunicorn shop.web:app --log-file -\n", "shop.web:app"),
      ("web: gunicorn --bind 0.0.0.0:$PORT -w 4 server:application", "server:application"),
      (#"web: gunicorn "app:create_app()""#, "app:create_app()"),
      ("web: gunicorn 'app:create_app()' --workers=2", "app:create_app()"),
      ("web: gunicorn project.wsgi --log-file -", "project.wsgi:application"),
      ("web: gunicorn --bind unix:jobs chat:app", "chat:app"),
      ("web: gunicorn wsgi", "wsgi:application"),
      ("web: gunicorn -k gevent -w 1 chat:app", "chat:app"),
    ])
  func taken(procfile: String, wsgi: String) throws {
    let source = AppSource("", ["Procfile": procfile, "app.py": "app = Flask(__name__)"], ["wsgi": wsgi])
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }

  @Test(
    "one that says nothing of it is passed over",
    arguments: [
      "web: python app.py", "web: flask run --host=0.0.0.0 --port=$PORT", "worker: gunicorn jobs:app",
      "# web: gunicorn jobs:app", "web: uvicorn jobs:app",
      "web: gunicorn --bind unix:jobs.sock -w 4\nworker: celery -A jobs:app worker", "",
    ])
  func passedOver(procfile: String) throws {
    let source = AppSource("", ["Procfile": procfile, "app.py": "app = Flask(__name__)"], ["wsgi": "app:app"])
    #expect(try source.variables(foundBy: "flask") == source.expected)
  }
}
