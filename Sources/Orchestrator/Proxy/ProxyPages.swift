/// The pages that the proxy itself answers with. They need nothing from outside and suit light and dark screens.
enum ProxyPages {
  /// What the proxy says when it has nobody to send a request to.
  struct Answer {
    /// What programs know it by.
    let error: String
    let title: String
    let text: String

    /// For people.
    var html: String { ProxyPages.page(title: title, body: "<p>\(text)</p>") }

    /// For programs.
    var json: String { #"{"error":"\#(error)","message":"\#(text)"}"# + "\n" }
  }

  static let notFound = Answer(
    error: "not_found", title: "Nothing here",
    text: "There is no app at this address. If you expected one, check the name in the address.")

  static let unavailable = Answer(
    error: "unavailable", title: "Back in a moment",
    text: "The app at this address does not answer right now. Please try again in a few seconds.")

  /// The apps that clients reach on `port`. Every value in it is a DNS label, a number or a host made of both.
  static func status(on port: TCPPort, routes: [Route]) -> String {
    let rows = routes.filter { $0.publicPort == port }.map { route in
      "<li><a href=\"http://\(route.host):\(port)/\">\(route.app)</a> \(route.release) on \(route.internalPort)</li>"
    }
    let list = rows.isEmpty ? "<p>No app yet.</p>" : "<ul>\n\(rows.joined(separator: "\n"))\n</ul>"
    return page(title: "Apps on port \(port)", body: list)
  }

  private static func page(title: String, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title)</title>
    <style>
    body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.1rem/1.6 system-ui, sans-serif; }
    main { max-width: 34rem; padding: 2rem; }
    h1 { font-size: 1.8rem; margin: 0 0 .5rem; }
    </style>
    </head>
    <body>
    <main>
    <h1>\(title)</h1>
    \(body)
    </main>
    </body>
    </html>

    """
  }
}
