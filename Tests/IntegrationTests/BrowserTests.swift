import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

extension Integration {
  /// What a person sees, in Chromium.
  @Suite("The sample shop in a browser")
  struct BrowserTests {
    let port = 12000

    @Test(
      "its pages show what the backend sent, survive a reload, get an echo, and never fail while it is redeployed",
      arguments: Lane.runtimes)
    func shop(on runtime: RuntimeName) async throws {
      let installation = try await Installation.on(runtime)
      let app = try await TestApp.shop(on: runtime)
      let address = "http://shop.localhost:\(installation.port(port))"
      try await installation.using("shop") {
        try await installation.deploy("mern", app, as: "shop", "--build-env", "VITE_SHOP_NAME=First shop")
        try await Browser.using { browser in
          try await browser.open(address)
          try await browser.expect("First shop", in: "#shop-name")
          try await browser.expect("Desk lamp", in: "#products")
          try await browser.expect("echo: hello", in: "#echo")
          try Artefacts.keep(try await browser.screenshot(), as: "mern-shop-\(runtime.rawValue).png")
          _ = try await browser.evaluate("document.querySelector('#products a[href$=lamp]').click()")
          try await browser.expect("Desk lamp", in: "#product")
          try await browser.reload()
          try await browser.expect("Desk lamp", in: "#product")
          #expect(try await browser.evaluate("return location.pathname") == "/products/desk-lamp")

          _ = try await browser.evaluate(Self.askForEver)
          try await installation.deploy("mern", app, as: "shop", "--build-env", "VITE_SHOP_NAME=Second shop")
          let asked = try await browser.evaluate("return `${window.asked > 10} ${window.failures}`")
          let log = try await browser.log()
          #expect(asked == "true ", "\(log)")
          // The page that was open is still the old one, and its next load is the new one.
          #expect(try await browser.text("#shop-name") == "First shop")
          try await browser.reload()
          try await browser.expect("Second shop", in: "#shop-name")
          try await browser.expect("echo: hello", in: "#echo")
          #expect(try await browser.text("#error") == nil)
        }
      }
    }

    /// Has the page ask for itself and for the backend's data without pause, and note what is not as it should be.
    private static let askForEver = """
      window.asked = 0
      window.failures = []
      const ask = async (path, sign) => {
        try {
          const answer = await fetch(path, {cache: 'no-store'})
          const text = await answer.text()
          if (!answer.ok || !text.includes(sign)) window.failures.push(`${path} ${answer.status}`)
        } catch (error) {
          window.failures.push(`${path} ${error}`)
        }
        window.asked += 1
        ask(path, sign)
      }
      ask('/api/products', 'cents')
      ask('/products/desk-lamp', 'root')
      """
  }
}

extension Browser {
  /// Expects a text to turn up in an element.
  fileprivate func expect(_ text: String, in selector: String) async throws {
    try await eventually { try await self.text(selector)?.contains(text) == true }
  }
}

/// What is kept of a run of the tests, to be looked at.
private enum Artefacts {
  static func keep(_ data: Data, as name: String) throws {
    let folder = URL(fileURLWithPath: TestApp.root).appendingPathComponent(".build-artefacts")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try data.write(to: folder.appendingPathComponent(name))
  }
}
