import Foundation
import Glibc

/// What the program is for a moment when root starts something in a control group: it enters the group, and becomes what is to run. So nothing
/// that this starts is ever outside, and its environment is as it was given, which a shell would change.
package enum GroupEntry {
  private static let word = "enter-group"

  /// `words` as a command that first enters `group`, by means of the program `orchestrator`.
  package static func command(_ words: [String], entering group: ControlGroup, by program: String) -> [String] {
    [program, word, group.entrance] + words
  }

  /// `words` as a command that first enters `group`, where that can be made, or as they are.
  package static func command(
    _ words: [String], enteringIfPossible group: ControlGroup?, by program: String
  ) -> [String] {
    guard let group, group.make() else { return words }
    return command(words, entering: group, by: program)
  }

  /// Does so if the program was started for it; then it does not come back.
  package static func runIfMeant(_ arguments: [String] = CommandLine.arguments) {
    guard arguments.count > 3, arguments[1] == word else { return }
    let (entrance, words) = (arguments[2], Array(arguments[3...]))
    guard enter(entrance) else { fail("cannot enter the control group \(entrance)") }
    execv(words[0], words.map { strdup($0) } + [nil])
    fail("cannot start \(words[0])")
  }

  private static func enter(_ entrance: String) -> Bool {
    let descriptor = open(entrance, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // 0 is the process that writes.
    return write(descriptor, "0", 1) == 1
  }

  private static func fail(_ what: String) -> Never {
    let text = "\(what): \(String(cString: strerror(errno)))\n"
    write(STDERR_FILENO, text, text.utf8.count)
    exit(126)
  }
}
