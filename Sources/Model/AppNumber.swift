/// The number that stands for an app among all of an installation, and from which that of its user is made.
package enum AppNumber {
  /// How many users there are for apps: the remainder of a number tells which it is, and 0 is nginx's.
  package static let users = 30_000

  /// The number for a new app: the next that never was given, of which the user is no other app's.
  ///
  /// - Parameters:
  ///   - last: the greatest number that was given.
  ///   - others: the numbers of the apps that there are.
  ///   - isFree: whether nothing else on the machine has the number's user.
  /// - Returns: nil when none of all users is left.
  package static func next(after last: Int, beside others: [Int], isFree: (Int) -> Bool) -> Int? {
    let taken = Set(others.map { $0 % users }).union([0])
    return (last + 1...last + users).first { !taken.contains($0 % users) && isFree($0) }
  }
}
