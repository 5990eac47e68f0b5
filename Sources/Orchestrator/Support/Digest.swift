import Crypto
import Foundation

/// What tells contents apart without keeping them.
enum Digest {
  /// The SHA-256 of `parts`, one after the other, in hexadecimal.
  static func of(_ parts: some Sequence<Data>) -> String {
    var hash = SHA256()
    for part in parts { hash.update(data: part) }
    return hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
