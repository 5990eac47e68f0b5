import Foundation
import OrchestratorSystem

/// The calls of the Engine API that we use; each doc names the call.
extension DockerClient {
  /// GET /_ping
  package func ping() async throws { try await send("GET", "/_ping", timeout: .seconds(5)) }

  /// GET /info
  package func info() async throws -> DockerInfo { try await get("/info") }

  /// POST /containers/create
  package func createContainer(named name: String, _ request: ContainerRequest) async throws -> String {
    let created: Created = try await post("/containers/create", ["name": name], body: request)
    return created.Id
  }

  /// POST /containers/{id}/start
  package func startContainer(_ id: String) async throws { try await send("POST", "/containers/\(id)/start") }

  /// POST /containers/{id}/stop, which sends the container's own signal, and SIGKILL when its own time is over
  package func stopContainer(_ id: String, within limit: Duration) async throws {
    try await send("POST", "/containers/\(id)/stop", timeout: limit + .seconds(30))
  }

  /// POST /containers/{id}/kill, which only sends a signal
  package func signalContainer(_ id: String, _ signal: String) async throws {
    try await send("POST", "/containers/\(id)/kill", ["signal": signal])
  }

  /// POST /containers/{id}/update
  package func setRestartPolicy(_ id: String, _ policy: ContainerRequest.Restart) async throws {
    try await send("POST", "/containers/\(id)/update", body: JSONEncoder().encode(["RestartPolicy": policy]))
  }

  /// DELETE /containers/{id}, running or not, with its anonymous volumes, until there is none
  ///
  /// Docker answers 409 while another client, which may have been killed since, has it removed, and 500 when it ends in the moment in which
  /// it is killed (moby, daemon/delete.go).
  package func removeContainer(_ id: String) async throws {
    var attempts = 0
    while true {
      attempts += 1
      do {
        try await send("DELETE", "/containers/\(id)", ["force": "true", "v": "true"])
        return
      } catch let refusal as Refusal {
        if refusal.isNotFound { return }
        // Docker takes its time for one that cannot be killed, and gives no reason for another attempt.
        guard refusal.isConflict && attempts < 100 || refusal.status == 500 && attempts < 3 else { throw refusal }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// GET /containers/json, running or not
  package func listContainers(labelled labels: [String]) async throws -> [ContainerSummary] {
    try await get("/containers/json", ["all": "true", "filters": try filter(labels)])
  }

  /// GET /images/json
  package func listImages(labelled labels: [String]) async throws -> [ImageSummary] {
    try await get("/images/json", ["filters": try filter(labels)])
  }

  /// POST /networks/create, with an error when there is one of that name
  package func createNetwork(_ request: NetworkRequest) async throws {
    try await send("POST", "/networks/create", body: JSONEncoder().encode(request))
  }

  /// GET /networks/{id}
  package func inspectNetwork(_ name: String) async throws -> NetworkDetails { try await get("/networks/\(name)") }

  /// POST /networks/{id}/connect
  package func connectContainer(_ id: String, to network: String) async throws {
    try await send("POST", "/networks/\(network)/connect", body: JSONEncoder().encode(["Container": id]))
  }

  /// DELETE /networks/{id}, which answers 403 while a container that runs has it
  package func removeNetwork(_ id: String) async throws { try await send("DELETE", "/networks/\(id)") }

  private func filter(_ labels: [String]) throws -> String {
    String(decoding: try JSONEncoder().encode(["label": labels]), as: UTF8.self)
  }

  /// GET /containers/{id}/json
  package func inspectContainer(_ id: String) async throws -> ContainerDetails {
    try await get("/containers/\(id)/json")
  }

  /// POST /containers/{id}/wait, which answers with the exit status when the container has ended
  func waitForContainer(_ id: String) async throws -> Int {
    let result: WaitResult = try await decoded("POST", "/containers/\(id)/wait")
    return result.StatusCode
  }

  /// GET /containers/{id}/top
  package func processes(of id: String) async throws -> ContainerProcesses { try await get("/containers/\(id)/top") }

  /// GET /containers/{id}/logs, line by line
  package func containerLines(
    _ id: String, tail: Int?, follow: Bool, receive: (String) async throws -> Void
  ) async throws {
    var splitter = LineSplitter()
    try await containerLogs(id, tail: tail, follow: follow) { piece in
      for line in splitter.lines(in: piece) { try await receive(line) }
    }
    if let rest = splitter.rest() { try await receive(rest) }
  }

  /// GET /containers/{id}/logs, all at once
  func containerOutput(_ id: String) async throws -> String {
    var output = Data()
    try await containerLogs(id, tail: nil, follow: false) { output += $0 }
    return String(decoding: output, as: UTF8.self)
  }

  private func containerLogs(
    _ id: String, tail: Int?, follow: Bool, receive: (Data) async throws -> Void
  ) async throws {
    let query = [
      "stdout": "true", "stderr": "true", "follow": String(follow), "tail": tail.map(String.init) ?? "all",
    ]
    var frames = LogFrames()
    try await stream("GET", "/containers/\(id)/logs", query) { chunk in
      for piece in frames.payload(of: chunk) { try await receive(piece) }
    }
  }

  /// POST /containers/{id}/exec, POST /exec/{id}/start and GET /exec/{id}/json: runs a program in a running container
  package func execute(_ command: [String], in id: String, as user: String) async throws -> (
    status: Int, output: String
  ) {
    let request = ExecRequest(Cmd: command, User: user)
    let created: Created = try await post("/containers/\(id)/exec", body: request)
    var frames = LogFrames()
    var output = Data()
    try await stream("POST", "/exec/\(created.Id)/start", body: Data(#"{"Detach":false,"Tty":false}"#.utf8)) { chunk in
      for piece in frames.payload(of: chunk) { output += piece }
    }
    let result: ExecResult = try await get("/exec/\(created.Id)/json")
    return (result.ExitCode ?? -1, String(decoding: output, as: UTF8.self))
  }

  /// GET /images/{name}/json
  package func inspectImage(_ name: String) async throws -> ImageDetails { try await get("/images/\(name)/json") }

  /// DELETE /images/{name}
  package func removeImage(_ name: String) async throws { try await send("DELETE", "/images/\(name)") }
}
