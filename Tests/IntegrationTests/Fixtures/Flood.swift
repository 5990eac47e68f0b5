import Foundation
import Testing

/// Very many requests that are not finished, or not answered, from a process of its own, which asks a bystander while they are held.
struct Flood {
  /// What is sent: a whole request, or one whose header does not end.
  enum Kind: String { case whole, unfinished }

  /// What came of it.
  struct Outcome: Decodable {
    /// How many were neither answered nor closed when the bystander had been asked, and those beyond what was expected had gone.
    let pending: Int
    /// How many were answered, by their status; `closed` are those that were closed without a word.
    let answered: [String: Int]
    /// The first answer, as it came.
    let example: String
    /// The statuses that the bystander's client got, and how often.
    let bystander: [String: Int]
    /// How many were still open in the end.
    let left: Int
  }

  let kind: Kind
  let count: Int
  /// Who is asked, and who is asked by the bystander's client.
  let host: String
  var path = "/slow"
  let bystander: String
  /// How many are expected not to be answered.
  var expected = 0
  /// Where it comes from, and the questions to the bystander.
  var source = "127.0.0.1"
  /// What else is said of who asks, and of who asks the bystander.
  var header: [String] = []
  var bystanderHeader: [String] = []
  /// Whether the requests are held until nginx closes all of them.
  var isHeldToTheEnd = false

  /// How often the bystander is asked.
  static let questions = 50

  func run(port: Int) async throws -> Outcome {
    func lines(_ path: String, _ host: String, _ more: [String]) -> String {
      (["GET \(path) HTTP/1.1", "Host: \(host)", "Accept: application/json"] + more + [""]).joined(separator: "\r\n")
    }
    let request = lines(path, host, header) + (kind == .whole ? "\r\n" : "X-More: ")
    let question = lines("/", bystander, bystanderHeader + ["Connection: close"]) + "\r\n"
    let run = try await Program.run(
      "python3",
      [
        "-c", Self.program, "\(port)", "\(count)", request, source, question, "\(Self.questions)",
        "\(kind == .whole ? expected : count)", isHeldToTheEnd ? "1" : "0",
      ])
    try #require(run.status == 0, "\(run.all)")
    return try JSONDecoder().decode(Outcome.self, from: Data(run.output.utf8))
  }

  private static let program = """
    import collections, json, resource, select, socket, struct, sys, time
    port, count, request, source, question, questions, expected, held = sys.argv[1:]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    assert most > int(count) + 100, f"{most} open files are too few for this test: raise the limit (ulimit -Hn)"

    def connect():
        connection = socket.socket()
        # One that is closed is forgotten at once, and its port is free.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.settimeout(30)
        if source != "127.0.0.1": connection.bind((source, 0))
        connection.connect(("127.0.0.1", int(port)))
        return connection

    def ask():
        with connect() as connection:
            connection.sendall(question.encode())
            return connection.recv(65536)[9:12].decode() or "closed"

    answers, example, waiting = collections.Counter(), "", {}
    poll = select.epoll()
    def look(seconds):
        global example
        for descriptor, _ in poll.poll(seconds):
            connection = waiting.pop(descriptor)
            poll.unregister(descriptor)
            try: answer = connection.recv(65536)
            except OSError: answer = b""
            answers[answer[9:12].decode() or "closed"] += 1
            example = example or answer.decode()
            connection.close()

    for _ in range(int(count)):
        connection = connect()
        connection.sendall(request.encode())
        waiting[connection.fileno()] = connection
        poll.register(connection, select.EPOLLIN)
    asked = collections.Counter()
    for _ in range(int(questions)):
        look(0)
        asked[ask()] += 1
    end = time.monotonic() + 30
    while len(waiting) > int(expected) and time.monotonic() < end: look(0.1)
    outcome = {"pending": len(waiting), "answered": dict(answers), "example": example, "bystander": dict(asked)}
    end = time.monotonic() + (75 if held == "1" else 0)
    while waiting and time.monotonic() < end: look(1)
    print(json.dumps(outcome | {"left": len(waiting)}))
    """
}

extension TestApp {
  /// An app that answers everything but `/slow`, which it never does.
  static func hanging() throws -> TestApp {
    try TestApp([
      "app.py": """
      import asyncio, os
      async def answer(reader, writer):
          request = await reader.read(4096)
          if request.startswith(b"GET /slow"): await asyncio.sleep(3600)
          writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
          await writer.drain()
          writer.close()
      async def main():
          server = await asyncio.start_server(answer, os.environ["HOST"], int(os.environ["PORT"]), backlog=4096)
          await server.serve_forever()
      asyncio.run(main())
      """
    ])
  }
}
