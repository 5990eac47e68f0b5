import Crypto
package import Foundation

/// What tells contents apart without keeping them: their SHA-256.
package struct Digest {
  private var hash = SHA256()

  package init() {}

  package mutating func add(_ part: some DataProtocol) { hash.update(data: part) }

  /// The digest of all that was added, in hexadecimal.
  package var text: String {
    hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// The digest of `parts`, one after the other.
  package static func of(_ parts: some Sequence<Data>) -> String {
    var digest = Digest()
    for part in parts { digest.add(part) }
    return digest.text
  }
}
