import Foundation
package import OrchestratorModel

/// The pages that the proxy itself answers with. They need nothing from outside and suit light and dark screens.
package enum ProxyPages {
  /// What the proxy says when it has no app to send a request to.
  package struct Answer {
    /// What programs know it by.
    package let error: String
    package let title: String
    /// Paragraphs of plain text.
    package let text: [String]
    /// The status that clients get.
    package let status: Int
    /// After how many seconds it is worth to ask again; nil when it is not.
    var retryAfter: Int?

    /// For people.
    package var html: String {
      let paragraphs = text.map { "<p>\($0.escapedForHTML)</p>" }.joined(separator: "\n")
      return ProxyPages.page(title: title, mark: String(status), refresh: retryAfter, body: paragraphs)
    }

    /// For programs.
    package var json: String {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let fields = ["error": error, "message": text.joined(separator: " ")]
      return ((try? encoder.encode(fields)).map { String(decoding: $0, as: UTF8.self) } ?? "{}") + "\n"
    }
  }

  /// The apps that clients reach on `port`. Every value in it is a DNS label, a number or a host made of both.
  package static func status(on port: TCPPort, sites: [Site]) -> String {
    let rows = sites.filter { $0.listener.port == port }.sorted { $0.app < $1.app }.map { site in
      let ports = site.locations.flatMap(\.upstreams).map(\.address.port.description).joined(separator: ", ")
      return "<li><a href=\"http://\(site.host):\(port)/\">\(site.app)</a> \(site.release) on \(ports)</li>"
    }
    let list = rows.isEmpty ? "<p>No app yet.</p>" : "<ul>\n\(rows.joined(separator: "\n"))\n</ul>"
    return page(title: "Apps on port \(port)", mark: "orchestrator", body: list)
  }

  private static func page(title: String, mark: String, refresh: Int? = nil, body: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">\(refresh.map { "\n<meta http-equiv=\"refresh\" content=\"\($0)\">" } ?? "")
    <title>\(title)</title>
    <style>
    :root { --paper: #f6f5f2; --card: #fff; --ink: #22242a; --soft: #6b6f79; --line: #e3e1dc; --accent: #2f6f5e; }
    @media (prefers-color-scheme: dark) {
      :root { --paper: #14161a; --card: #1d2026; --ink: #e9e9ec; --soft: #9a9fab; --line: #2d313a; --accent: #6fc3aa; }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
      background: var(--paper); color: var(--ink); font: 1.05rem/1.6 system-ui, -apple-system, "Segoe UI", sans-serif;
    }
    main {
      width: 100%; max-width: 34rem; padding: 2.25rem 2.5rem; background: var(--card);
      border: 1px solid var(--line); border-top: 4px solid var(--accent); border-radius: .6rem;
    }
    small { color: var(--soft); letter-spacing: .12em; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: .3rem 0 .8rem; }
    p { margin: .5rem 0 0; overflow-wrap: anywhere; }
    ul { margin: 0; padding-left: 1.2rem; }
    a { color: var(--accent); }
    </style>
    </head>
    <body>
    <main>
    <small>\(mark)</small>
    <h1>\(title)</h1>
    \(body)
    </main>
    </body>
    </html>

    """
  }
}

extension ProxyPages.Answer {
  package static let notFound = ProxyPages.Answer(
    error: "not_found", title: "Nothing here",
    text: ["There is no app at this address. If you expected one, check the name in the address."], status: 404)

  static let unavailable = ProxyPages.Answer(
    error: "unavailable", title: "Back in a moment",
    text: ["The app at this address does not answer right now. Please try again in a few seconds."], status: 503,
    retryAfter: 5)

  package static let tooMany = ProxyPages.Answer(
    error: "too_many_requests", title: "Too much at once",
    text: ["More is asked for from your address than can be answered at once. Please try again in a few seconds."],
    status: 429, retryAfter: 5)

  static let tooLarge = ProxyPages.Answer(
    error: "too_large", title: "That is too large",
    text: ["The app at this address takes no request of this size."], status: 413)

  package static let timedOut = ProxyPages.Answer(
    error: "timed_out", title: "That takes too long",
    text: ["The app at this address did not answer in time."], status: 504)

  package static let deploying = ProxyPages.Answer(
    error: "deploying", title: "Almost there",
    text: ["The app at this address is being deployed for the first time. This page looks again by itself."],
    status: 503, retryAfter: 10)

  /// - Parameter message: what the person who runs the app has to say.
  package static func maintenance(_ message: String?) -> ProxyPages.Answer {
    ProxyPages.Answer(
      error: "maintenance", title: "Down for maintenance",
      text: [message ?? "The app at this address is being worked on. Please come back a little later."], status: 503,
      retryAfter: 60)
  }
}

/// How nginx is told to answer with them.
extension ProxyPages {
  // Statuses that no client sees: nginx answers with 503 and a page of its own for each.
  static let deployingCode = 521
  static let maintenanceCode = 522
  static let limitedCode = 523

  /// The name of what is no page: nginx has one status for all bounds on requests, whether an app's or a client's.
  static let tooManyPage = "too-many"

  /// The only location of the server of an app that is in maintenance.
  static let maintenanceLocation = """
        location / {
            client_max_body_size 0;
            return \(maintenanceCode);
        }
    """

  /// The file that every server includes: what an app itself answers is passed on as it is.
  ///
  /// There is one location for all pages, since nginx keeps some 10 kB for each location of each server.
  package static func configuration(in folder: String, log: String) -> String {
    """
    error_page 404 /.orchestrator/404.$answer_format;
    error_page 413 /.orchestrator/413.$answer_format;
    error_page 504 /.orchestrator/504.$answer_format;
    error_page 502 503 =503 /.orchestrator/503.$answer_format;
    error_page \(deployingCode) =503 /.orchestrator/deploying.$answer_format;
    error_page \(maintenanceCode) =503 /.orchestrator/maintenance/$host.$answer_format;
    error_page \(limitedCode) =503 /.orchestrator/$limited_page.$answer_format;
    error_page 429 /.orchestrator/429.$answer_format;
    # One of these can lead to another.
    recursive_error_pages on;
    location ^~ /.orchestrator/ {
        internal;
        # A page is left in peace by what follows, which is for the request of a client who has too many.
        rewrite "^/\\.orchestrator/(?!\(tooManyPage)\\.)(.+)$" /$1 break;
        return 429;
        access_log \(log);
        # Whatever a page is the answer to, its size is not the matter.
        client_max_body_size 0;
        types { text/html html; application/json json; }
        charset utf-8;
        root "\(folder)/pages";
        # What is added here takes away what all servers add. A header without a value is not sent.
        add_header Retry-After $page_retry_after always;
        add_header Cache-Control $page_cache_control always;
        add_header X-Request-ID $request_id always;
    }

    """
  }

  /// The headers of the pages, by their paths.
  static var headerMaps: String {
    let pages: [(String, Answer)] = [
      ("429\\.", .tooMany), ("503\\.", .unavailable), ("deploying\\.", .deploying),
      ("maintenance/", .maintenance(nil)),
    ]
    let lines = pages.map { "    \"~^/\($0.0)\" \($0.1.retryAfter ?? 0);" }
    return """
      map $uri $page_retry_after {
          default '';
      \(lines.joined(separator: "\n"))
      }
      map $page_retry_after $page_cache_control {
          default no-store;
          '' '';
      }
      """
  }
}
