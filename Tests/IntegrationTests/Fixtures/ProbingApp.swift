import Foundation

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel

/// An app that looks around where it runs, and tries to get from there to others.
extension TestApp {
  static func probing(build: String? = nil) throws -> TestApp {
    let app = try TestApp.plain("hello", before: probes)
    let usual = #"    if request.path == "/headers":"#
    try app.write(
      "app.py", try app.read("app.py").replacingOccurrences(of: usual, with: "\(probeAnswer)\n\(usual)"))
    if let build { try app.write("build.py", probes + "\n" + build) }
    return app
  }

  private static let probeAnswer = """
        what, _, words = request.path[1:].partition("?")
        if what in PROBES: return 200, {}, json.dumps(PROBES[what](words)).encode()
    """

  /// `/reach?ADDRESS@PORT,…` says to which of them a TCP connection comes about, and sends each a datagram; `/heard` who sent datagrams here;
  /// `/forge?ADDRESS@PORT@HOST` asks a server for `/headers` of another app, as somebody else.
  private static let probes = """
    import http.client, json, os, select, socket, threading, time
    heard = []
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("0.0.0.0", 9999))
    def listen():
        while True: heard.append(listener.recvfrom(100)[1][0])
    threading.Thread(target=listen, daemon=True).start()

    def reach(words):
        waiting, reached, end = {}, [], time.time() + 1
        for target in words.split(","):
            address, port = target.split("@")
            try: listener.sendto(b"x", (address, 9999))
            except OSError: pass
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex((address, int(port)))
            waiting[connection] = target
        while waiting and (left := end - time.time()) > 0:
            for connection in select.select([], list(waiting), [], left)[1]:
                target = waiting.pop(connection)
                if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0: reached.append(target)
                connection.close()
        return reached

    def forge(words):
        address, port, host = words.split("@")
        connection = http.client.HTTPConnection(address, int(port), timeout=5)
        connection.request("GET", "/headers", headers={"Host": host, "X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6"})
        return json.loads(connection.getresponse().read())

    def mounts(_):
        fields = [line.split() for line in open("/proc/self/mountinfo")]
        return [[field[4], field[field.index("-") + 1]] for field in fields]

    def interfaces(_):
        return [line.split()[5] for line in open("/proc/net/if_inet6")] if os.path.exists("/proc/net/if_inet6") else []

    PROBES = {"reach": reach, "heard": lambda _: heard, "forge": forge, "mounts": mounts, "interfaces": interfaces,
        "user": lambda _: [os.getuid(), os.getgid()]}
    """
}

extension Installation {
  /// What an app that looks around answers.
  func probe<Answer: Decodable>(_ app: String, port: Int, _ question: String) async throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: try await get(app, port: port, path: "/" + question).body)
  }
}
