import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

extension TestApp {
  /// An app that does what the header `X-Run` tells a shell to do.
  static func obeying() throws -> TestApp {
    let source = plainSource("hello", before: "import subprocess").replacingOccurrences(
      of: #"    if request.path == "/headers":"#,
      with: """
            order = request.headers.get("X-Run")
            if order: return 200, {}, subprocess.run(["sh", "-c", order], stdin=subprocess.DEVNULL, capture_output=True).stdout
            if request.path == "/headers":
        """)
    return try TestApp(["app.py": source])
  }

  /// A folder that apps may write to.
  static func sharedFolder() throws -> TestApp {
    let folder = try TestApp(["readme": ""])
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.folder)
    return folder
  }

  /// An app that says that it has started, and leaves its port to another.
  static func waitingSource(saying path: String) -> String {
    "import time\nopen(\"\(path)\", \"w\").close()\nwhile True: time.sleep(1)\n"
  }

  /// Answers every request on a port as soon as that is free.
  static func serving(_ port: Int) -> String {
    """
    server = socket.socket(); server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    while True:
        try: server.bind(("127.0.0.1", \(port))); break
        except OSError: time.sleep(0.0005)
    server.listen(64); server.set_inheritable(True)
    def serve():
        while True:
            client = server.accept()[0]; client.recv(4096)
            client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\nConnection: close\\r\\n\\r\\nstolen"); client.close()
    threading.Thread(target=serve, daemon=True).start()
    """
  }

  /// Starts a process that has nothing in common with the app any more but its user.
  static let daemon = """
    import subprocess
    subprocess.run(["setsid", "--fork", "env", "-i", "sleep", "981" + os.environ["ORCHESTRATOR_RELEASE"][1:]],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    """
}

extension Installation {
  /// Has an app that obeys run a script as its own user.
  func order(_ script: String, _ app: String) async throws {
    let answer = try await get(app, port: TestStacks.plainPort, headers: ["X-Run": script])
    try #require(answer.status == 200, "\(answer.text)")
  }
}
