import Foundation

/// A certificate authority that a person told this machine to trust, beside those that come with the system.
struct MachineCertificate: Equatable {
  /// The name of its file.
  let name: String
  /// What stands between the lines that begin and end it, without white space.
  private let body: String

  /// Where Debian, Red Hat and Arch keep them.
  private static let folders = [
    "/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors", "/etc/ca-certificates/trust-source/anchors",
  ]

  static func all() -> [MachineCertificate] { folders.flatMap(FileManager.default.children).flatMap(inFile) }

  /// The certificates in a PEM file (RFC 7468).
  static func inFile(_ path: String) -> [MachineCertificate] {
    guard let text = FileManager.default.contents(atPath: path).map({ String(decoding: $0, as: UTF8.self) }) else {
      return []
    }
    let name = URL(fileURLWithPath: path).lastPathComponent
    return text.matches(of: /-----BEGIN CERTIFICATE-----([A-Za-z0-9+\/=\s]+)-----END CERTIFICATE-----/).map { match in
      MachineCertificate(name: name, body: match.1.filter { !$0.isWhitespace })
    }
  }

  /// Whether the certificate stands in PEM text.
  func isIn(_ text: String) -> Bool { text.filter { !$0.isWhitespace }.contains(body) }
}
