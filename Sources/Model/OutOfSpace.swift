import Foundation
import SystemPackage

extension Error {
  /// Whether it says that a disk has no room left.
  var isOutOfSpace: Bool {
    if let number = self as? Errno { return number == .noSpace || number == .diskQuotaExceeded }
    return (self as? CocoaError)?.code == .fileWriteOutOfSpace
  }
}
