/// The rule that every name which becomes part of a host name, a container name or a path must meet.
///
/// One label of a host name: 1 to 63 of `a-z`, `0-9` and `-`, neither first nor last a `-` (RFC 1123, section 2.1).
package enum DNSLabel {
  package static let longest = 63

  /// Accepts `text` if it is a label.
  ///
  /// - Parameters:
  ///   - role: what it would be, for the error, such as `a subdomain`.
  ///   - examples: what could be written in its place, if that helps.
  /// - Throws: ``OrchestratorError`` with the code `invalid_name`.
  package static func checked(_ text: String, as role: String, suchAs examples: String? = nil) throws -> String {
    guard let fault = fault(in: text) else { return text }
    throw OrchestratorError(
      .invalidName, "\(text.quoted) cannot be \(role): \(fault)",
      hint: "use 1 to \(longest) of a-z, 0-9 and '-'" + (examples.map { ", such as \($0)" } ?? ""))
  }

  /// Says what is wrong with `text` as a label, or nil when it is one.
  package static func fault(in text: String) -> String? {
    if text.isEmpty { return "it is empty" }
    if text.utf8.count > longest { return "it is longer than \(longest) characters" }
    if !text.utf8.allSatisfy(isAllowed) { return "only a-z, 0-9 and '-' may stand in it" }
    if text.hasPrefix("-") || text.hasSuffix("-") { return "it starts or ends with '-'" }
    return nil
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
