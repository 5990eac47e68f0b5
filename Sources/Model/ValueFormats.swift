import Foundation

/// A path inside a folder, that cannot lead out of it.
package enum RelativePath {
  package static func isValid(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return !parts.contains { $0.isEmpty || $0 == ".." } && !text.unicodeScalars.contains(where: \.isControl)
  }

  /// Whether a path could lead out of the folder that it is added to, whatever else it is.
  package static func leadsUp(_ text: String) -> Bool { text.split(separator: "/").contains("..") }
}

/// A path inside a folder, in characters that nowhere mean anything but themselves; the dot does in regular expressions.
package enum PlainPath {
  private static let pattern = Pattern(/[A-Za-z0-9._\/-]+/)

  package static func isValid(_ text: String) -> Bool {
    RelativePath.isValid(text) && pattern.wholeMatch(in: text) != nil
      && !text.split(separator: "/").contains(".")
  }
}

/// The name of an environment variable.
package enum EnvironmentName {
  private static let pattern = Pattern(/[A-Za-z_][A-Za-z0-9_]*/)

  package static func isValid(_ text: String) -> Bool { pattern.wholeMatch(in: text) != nil }
}

/// The path and query of a request, in the characters that RFC 3986 allows there.
package enum RequestPath {
  private static let pattern = Pattern(/\/[A-Za-z0-9._~!$&'()*+,;=:@%\/?-]*/)

  package static func isValid(_ text: String) -> Bool {
    pattern.wholeMatch(in: text) != nil
  }
}

/// The name of a container image: repository, tag and digest.
package enum ImageName {
  private static let pattern = Pattern(/[a-z0-9][A-Za-z0-9._\/:@-]{0,254}/)

  package static func isValid(_ text: String) -> Bool {
    pattern.wholeMatch(in: text) != nil
  }
}

/// The signals that a descriptor may use to ask an app to stop.
package enum StopSignal {
  package static let names = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"]
}

/// Amounts of memory as people write them.
package enum ByteCount {
  private static let pattern = Pattern(/(\d{1,12})([kmg])?b?/.ignoresCase())

  /// Docker refuses a container with less (6 MiB, "Runtime options with Memory").
  package static let leastForContainer = 6 << 20

  private static let units = ["k": 10, "m": 20, "g": 30]

  /// `512m`, `2g` or `1048576` in bytes.
  package static func parse(_ text: String) -> Int? {
    guard let match = pattern.wholeMatch(in: text), let number = Int(match.1) else {
      return nil
    }
    let shift = match.2.flatMap { units[$0.lowercased()] } ?? 0
    let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
    return overflow || bytes == 0 ? nil : bytes
  }
}

extension Duration {
  private static let pattern = Pattern(/(\d{1,9})(ms|s|m)/)

  /// Reads `500ms`, `10s` or `2m`.
  package init?(parsing text: String) {
    guard let match = Self.pattern.wholeMatch(in: text), let number = Int(match.1) else { return nil }
    switch match.2 {
    case "ms": self = .milliseconds(number)
    case "s": self = .seconds(number)
    default: self = .seconds(number * 60)
    }
  }

  /// The duration in seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// The duration in seconds with one decimal, such as `12.4s`.
  package var brief: String { String(format: "%.1fs", seconds) }
}
