import Foundation

extension Date {
  /// Reads the time of an ISO 8601 text, whatever the number of digits after the seconds.
  package init?(timestamp text: String) {
    let whole = text.replacing(/\.\d+/, with: "")
    guard let date = try? Date(whole, strategy: .iso8601) else { return nil }
    self = date
  }
}
