package import OrchestratorModel

/// The nginx that serves the pages of one release: its configuration is text that depends on nothing but the values here.
package struct StaticSiteServer: Sendable, Equatable {
  /// What is served, and how.
  package let serve: StackDescriptor.StaticSite
  /// The folder with the pages.
  package let folder: String
  /// Where it listens.
  package let host: String
  package let port: TCPPort
  /// A folder that it may write to.
  package let temporaryFolder: String

  package init(serve: StackDescriptor.StaticSite, folder: String, host: String, port: TCPPort, temporaryFolder: String)
  {
    (self.serve, self.folder, self.host) = (serve, folder, host)
    (self.port, self.temporaryFolder) = (port, temporaryFolder)
  }

  /// The name of the file with the configuration.
  package static let fileName = "nginx.conf"

  /// The command that serves by the configuration at `path`, in the foreground.
  package static func command(configuration path: String) -> [String] {
    ["nginx", "-e", "stderr", "-c", path, "-g", "daemon off;"]
  }

  package var configuration: String {
    """
    # Rendered by orchestrator; changes made here are lost.
    worker_processes 1;
    pid "\(temporaryFolder)/nginx.pid";
    error_log stderr warn;

    events {
        worker_connections 1024;
    }

    http {
        # The proxy in front of this server writes the access log.
        access_log off;
        server_tokens off;
        sendfile on;
        log_not_found off;

    \(["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "    \($0)_temp_path \"\(temporaryFolder)/\($0)\";" }.joined(separator: "\n"))

        default_type application/octet-stream;
        charset utf-8;
        charset_types \(Self.textTypes.joined(separator: " "));
        types {
    \(Self.types.map { "        \($0.key) \($0.value);" }.joined(separator: "\n"))
        }

        gzip on;
        gzip_vary on;
        gzip_min_length 1024;
        gzip_types \(Self.compressedTypes.joined(separator: " "));

        # A file whose name changes with its contents can be kept for ever; what may change under the same name is asked for again.
        map $uri $cache_control {
    \(cacheRules.map { "        \($0);" }.joined(separator: "\n"))
        }

        server {
            listen \(host):\(port);
            root "\(folder)";
            index index.html;
            absolute_redirect off;
            add_header Cache-Control $cache_control;

            location ~ /\\.(?!well-known/) {
                return 404;
            }
    \(locations.joined(separator: "\n"))
        }
    }

    """
  }

  /// Which paths may be kept for how long. A hash stands before the extension: 8 letters and digits with a digit or a capital among
  /// them, as Vite, esbuild and Create React App write it, or a longer number in hexadecimal; a word of a name is none.
  private var cacheRules: [String] {
    let hash =
      #"(?:.*/)?[^/]*[.-](?=[^/.]*[0-9A-Z])(?=[^/.]*[A-Za-z])(?:(?=[A-Za-z0-9_]{8}\.)(?!(?:[0-9]{4,}|[A-Z]?[a-z]{3,})+\.)[A-Za-z0-9_]{8}|[0-9a-f]{16,64})(?:\.chunk)?\.[A-Za-z0-9]+(?:\.map)?"#
    let hashed = serve.hashed.map { folder in
      "\"~^/\(folder.escapedForExpressions)/\(hash)$\" \"public, max-age=31536000, immutable\""
    }
    return ["default no-cache"] + hashed
  }

  /// Which file answers a request: in a single-page app a path that has no name of a file is one of its own pages.
  private var locations: [String] {
    guard let fallback = serve.fallback else { return [location("/", "$uri $uri/ =404")] }
    let hashed = serve.hashed.map { location("^~ /\($0)/", "$uri =404") }
    let files = location("~* \\.(?:\(Self.fileExtensions.joined(separator: "|")))$", "$uri =404")
    return hashed + [files, location("/", "$uri $uri/index.html /\(fallback) =404")]
  }

  private func location(_ path: String, _ files: String) -> String {
    """
            location \(path) {
                try_files \(files);
            }
    """
  }
}

/// What nginx is to know of files.
extension StaticSiteServer {
  /// The media types of files by their extensions, as the IANA registers them.
  private static let types: KeyValuePairs<String, String> = [
    "text/html": "html htm", "text/css": "css", "text/javascript": "js mjs", "text/plain": "txt",
    "text/markdown": "md", "text/xml": "xml", "application/json": "json map",
    "application/manifest+json": "webmanifest",
    "application/rss+xml": "rss", "application/atom+xml": "atom", "application/wasm": "wasm", "application/pdf": "pdf",
    "application/zip": "zip", "image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg jpeg", "image/gif": "gif",
    "image/webp": "webp", "image/avif": "avif", "image/x-icon": "ico", "font/woff": "woff", "font/woff2": "woff2",
    "font/ttf": "ttf", "font/otf": "otf", "audio/mpeg": "mp3", "audio/ogg": "ogg", "video/mp4": "mp4",
    "video/webm": "webm",
  ]

  private static let textTypes = [
    "text/css", "text/javascript", "text/plain", "text/markdown", "text/xml", "application/json", "image/svg+xml",
  ]

  // nginx always compresses text/html.
  private static let compressedTypes =
    textTypes + ["application/manifest+json", "application/rss+xml", "application/atom+xml", "application/wasm"]

  /// The extensions by which the name of a file is told from the path of a page.
  private static let fileExtensions =
    types.flatMap { $0.value.split(separator: " ").map(String.init) }.filter { !$0.hasPrefix("htm") }
}
