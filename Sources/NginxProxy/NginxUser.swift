import Glibc

/// The user and the group that nginx runs as.
package struct NginxUser: Sendable, Equatable, CustomStringConvertible {
  package let id: UInt32
  package let group: UInt32

  /// Of a number that is that of the group as well.
  package init(_ number: UInt32) { (id, group) = (number, number) }

  private init(id: UInt32, group: UInt32) { (self.id, self.group) = (id, group) }

  /// Reads `30000:30000`.
  package init?(_ text: String) {
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
    guard numbers.count == 2, let id = numbers[0], let group = numbers[1] else { return nil }
    self.init(id: id, group: group)
  }

  /// Who starts nginx: ourselves; where we are root the first of our numbers, which no app has.
  package static func new(firstUser: Int) -> NginxUser {
    geteuid() == 0 ? NginxUser(UInt32(firstUser)) : NginxUser(id: geteuid(), group: getegid())
  }

  /// As Docker writes it.
  package var description: String { "\(id):\(group)" }

  /// Whether it is us: then there is no other user to let in.
  var isOurselves: Bool { id == geteuid() }
}
