import Foundation
import Subprocess

@testable import Orchestrator
@testable import OrchestratorDockerEngine

/// A real browser, driven by WebDriver (W3C, "WebDriver", https://www.w3.org/TR/webdriver2/) through chromedriver.
struct Browser: Sendable {
  private let driver: HTTPRequest.Endpoint
  private let session: String
  private let transport = HTTPTransport.shared

  struct Failure: Error {
    let answer: String
  }

  /// Runs `work` with a browser that is gone afterwards.
  static func using(_ work: @escaping @Sendable (Browser) async throws -> Void) async throws {
    let result = try await Subprocess.run(
      .name("chromedriver"), arguments: ["--port=0"], input: .none, output: .sequence, error: .discarded
    ) { execution in
      let result = await Result(catching: {
        for try await line in execution.standardOutput.strings() {
          guard let match = line.firstMatch(of: /started successfully on port (\d+)/), let port = Int(match.1) else {
            continue
          }
          let browser = try await Browser(driver: .tcp(host: "127.0.0.1", port: port))
          let outcome = await Result(catching: { try await work(browser) })
          try await browser.close()
          return try outcome.get()
        }
        throw Failure(answer: "chromedriver does not start")
      })
      try execution.send(signal: .terminate)
      return result
    }
    try result.closureResult.get()
  }

  private init(driver: HTTPRequest.Endpoint) async throws {
    self.driver = driver
    // Root's browser has no sandbox of its own; small shared memory is all that some containers have.
    let options = ["args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1000,800"]]
    let settings: [String: Any] = ["goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"]]
    let capabilities = ["capabilities": ["alwaysMatch": settings]]
    let answer = try await Self.send("POST", "/session", capabilities, to: driver, over: transport)
    guard let session = (answer as? [String: Any])?["sessionId"] as? String else { throw Failure(answer: "\(answer)") }
    self.session = session
  }

  private func close() async throws { _ = try await call("DELETE", "") }

  /// Opens a page, and returns when it is loaded.
  func open(_ url: String) async throws { _ = try await call("POST", "/url", ["url": url]) }

  /// Loads the page again.
  func reload() async throws { _ = try await call("POST", "/refresh", [:]) }

  /// The text that a script in the page gives back; nil when it is none.
  func evaluate(_ script: String) async throws -> String? {
    try await call("POST", "/execute/sync", ["script": script, "args": []]) as? String
  }

  /// The text of the first element that a CSS selector names; nil when there is none.
  func text(_ selector: String) async throws -> String? {
    try await evaluate("return document.querySelector('\(selector)')?.textContent")
  }

  /// A picture of the window, as PNG.
  func screenshot() async throws -> Data {
    guard let text = try await call("GET", "/screenshot") as? String, let picture = Data(base64Encoded: text) else {
      throw Failure(answer: "no picture")
    }
    return picture
  }

  /// What the browser wrote into its console since it was asked last: also why a request failed, in its own words.
  func log() async throws -> [String] {
    let entries = try await call("POST", "/se/log", ["type": "browser"]) as? [[String: Any]] ?? []
    return entries.compactMap { $0["message"] as? String }
  }

  private func call(_ method: String, _ path: String, _ body: [String: Any]? = nil) async throws -> Any {
    try await Self.send(method, "/session/\(session)\(path)", body, to: driver, over: transport)
  }

  private static func send(
    _ method: String, _ path: String, _ body: [String: Any]?, to driver: HTTPRequest.Endpoint,
    over transport: HTTPTransport
  ) async throws -> Any {
    let call = HTTPRequest(
      method: method, endpoint: driver, path: path, host: "localhost", headers: ["Content-Type": "application/json"],
      body: try body.map { try JSONSerialization.data(withJSONObject: $0) })
    let answer = try await transport.send(call, timeout: .seconds(60))
    let object = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
    guard answer.status == 200, let value = object?["value"] else {
      throw Failure(answer: String(decoding: answer.body, as: UTF8.self))
    }
    return value
  }
}
