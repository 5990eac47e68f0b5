import Foundation

/// A folder with an app, written for one test and removed with it.
final class TestApp: Sendable {
  let folder: String

  init(_ files: [String: String]) throws {
    folder = NSTemporaryDirectory() + "orchestrator-app-\(UUID().uuidString)"
    for (path, text) in files { try write(path, text) }
  }

  /// A copy of an example that ships, with some files written over.
  init(example name: String, changing files: [String: String] = [:]) throws {
    folder = NSTemporaryDirectory() + "orchestrator-app-\(UUID().uuidString)"
    try FileManager.default.copyItem(atPath: Self.root + "/Examples/\(name)", toPath: folder)
    for (path, text) in files { try write(path, text) }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The package's own folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  func write(_ path: String, _ text: String) throws {
    let file = URL(fileURLWithPath: folder).appendingPathComponent(path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  func read(_ path: String) throws -> String { try String(contentsOfFile: folder + "/" + path, encoding: .utf8) }
}

/// Apps of bare Python.
extension TestApp {
  /// An app that says `greeting`, and at `/headers` which headers it got.
  static func plain(_ greeting: String = "hello", before: String = "", host: String? = nil, port: String? = nil)
    throws -> TestApp
  {
    try TestApp(["app.py": plainSource(greeting, before: before, host: host, port: port)])
  }

  static func plainSource(_ greeting: String, before: String = "", host: String? = nil, port: String? = nil)
    -> String
  {
    """
    import json, os, signal, sys, time
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    \(before)
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
            status, headers, body = answer(self)
            self.send_response(status)
            for name, value in headers.items(): self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        do_POST = do_GET
        def log_message(self, text, *values): print(text % values)

    def answer(request):
        if request.path == "/headers": return 200, {}, json.dumps(dict(request.headers)).encode()
        return 200, {}, f"\(greeting) {os.environ['ORCHESTRATOR_RELEASE']}".encode()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("listening", flush=True)
    ThreadingHTTPServer((\(host.map { "\"\($0)\"" } ?? #"os.environ["HOST"]"#), \(port ?? #"int(os.environ["PORT"])"#)), Handler).serve_forever()
    """
  }

  /// An app that answers every request in the same way.
  static func answering(_ status: Int, headers: String = "{}", body: String = "") throws -> TestApp {
    let source = plainSource("hello").replacingOccurrences(
      of: #"    if request.path == "/headers":"#,
      with: "    return \(status), \(headers), b\"\(body)\"\n    if request.path == \"/headers\":")
    return try TestApp(["app.py": source])
  }
}
