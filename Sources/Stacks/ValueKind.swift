import Foundation
import OrchestratorModel
package import Yams

/// What is wrong with a value, to be read after its key: "must be …"; nil when it has been said already.
package struct ValueFault: Error {
  package let message: String?
}

/// A type of value that a descriptor can hold, and how it is read from YAML.
package struct ValueKind<Value> {
  package let read: (Node, DiagnosticLog) throws -> Value

  /// A value written as one word or line of text, that `parse` understands.
  package static func scalar(_ expected: String, _ parse: @escaping (String) -> Value?) -> ValueKind {
    ValueKind { node, _ in
      guard let text = node.scalar?.string, node.null == nil else { throw ValueFault(message: "must be \(expected)") }
      if text.unicodeScalars.contains(where: \.isControl) {
        throw ValueFault(message: "holds a control character")
      }
      guard let value = parse(text) else { throw ValueFault(message: "must be \(expected), not \(text.quoted)") }
      return value
    }
  }

  /// The same kind with one more demand.
  func satisfying(_ expected: String, _ holds: @escaping (Value) -> Bool) -> ValueKind {
    ValueKind { node, log in
      let value = try read(node, log)
      guard holds(value) else { throw ValueFault(message: "must be \(expected)") }
      return value
    }
  }
}

extension ValueKind<String> {
  package static var text: ValueKind { scalar("text") { $0 } }

  /// Text of several lines, such as a file's content: line feeds and tabs are allowed.
  package static var content: ValueKind {
    ValueKind { node, _ in
      guard let text = node.scalar?.string, node.null == nil else { throw ValueFault(message: "must be text") }
      if text.unicodeScalars.contains(where: { $0.isControl && $0 != "\n" && $0 != "\t" }) {
        throw ValueFault(message: "holds a control character")
      }
      return text
    }
  }

  /// The name of a variable in templates.
  package static var identifier: ValueKind {
    scalar("a name of a-z, 0-9 and '_' that starts with a letter") { text in
      Patterns.identifier.wholeMatch(in: text) == nil ? nil : text
    }
  }

  /// The name of an environment variable.
  static var environmentName: ValueKind {
    scalar("a name of letters, digits and '_'") { EnvironmentName.isValid($0) ? $0 : nil }
  }

  /// A path that stays inside the folder that it is relative to.
  static var relativePath: ValueKind {
    scalar("a path inside the app's folder") { RelativePath.isValid($0) ? $0 : nil }
  }

  /// The name of one file, without a folder.
  package static var fileName: ValueKind {
    scalar("a file name of letters, digits, '.', '_' and '-'") { text in
      Patterns.fileName.wholeMatch(in: text) == nil ? nil : text
    }
  }

  /// The name of a component of an app.
  static var componentName: ValueKind {
    scalar("a name of a-z, 0-9 and '-'") { (try? ComponentName($0))?.description }
  }

  /// A path inside a folder in characters that mean nothing to nginx or to regular expressions, but for the dot.
  static var plainPath: ValueKind {
    scalar("a path of letters, digits, '.', '_' and '-'") { PlainPath.isValid($0) ? $0 : nil }
  }

  /// A path that requests begin with.
  static var claimedPath: ValueKind {
    scalar("a path such as '/api', of letters, digits, '.', '_' and '-'") { text in
      text.hasPrefix("/") && PlainPath.isValid(String(text.dropFirst())) ? text : nil
    }
  }

  /// The path of a request.
  static var requestPath: ValueKind { scalar("a path such as '/healthz'") { RequestPath.isValid($0) ? $0 : nil } }

  /// The name of a container image.
  package static var imageName: ValueKind {
    scalar("the name of an image, such as 'python:3.13-slim'") { ImageName.isValid($0) ? $0 : nil }
  }

  /// A regular expression.
  package static var expression: ValueKind {
    scalar("a regular expression") { (try? Expression($0)) == nil ? nil : $0 }
  }

  /// A user and group in numbers.
  package static var user: ValueKind {
    scalar("a user and group in numbers, such as '10001:10001', that are not root's") { text in
      Patterns.user.wholeMatch(in: text) == nil ? nil : text
    }
  }

  /// A signal that asks a process to stop.
  package static var signal: ValueKind {
    scalar("one of \(StopSignal.names.joined(separator: ", "))") { text in
      StopSignal.names.contains(text) ? text : nil
    }
  }
}

extension ValueKind<Int> {
  package static var whole: ValueKind { scalar("a whole number") { Int($0) } }
  static var positive: ValueKind {
    scalar("a whole number above 0") { text in Int(text).flatMap { $0 > 0 ? $0 : nil } }
  }
  /// An amount of memory, `512m` or `2g`, in bytes.
  package static var bytes: ValueKind {
    scalar("an amount of memory such as '512m' or '2g'") { ByteCount.parse($0) }
      .satisfying("at least 6m, the least that Docker gives a container") { $0 >= ByteCount.leastForContainer }
  }
}

extension ValueKind<Int> {
  /// The size of a request's body, `100m` or `2g`, in bytes.
  package static var bodyLimit: ValueKind { scalar("a size such as '100m' or '2g'") { ByteCount.parse($0) } }

  /// How many requests may be under way.
  package static var connections: ValueKind {
    scalar("a whole number from 1 to \(RequestPolicy.mostConnections)") { text in
      Int(text).flatMap { (1...RequestPolicy.mostConnections).contains($0) ? $0 : nil }
    }
  }
}

extension ValueKind<Bool> {
  static var flag: ValueKind { scalar("true or false") { ["true": true, "false": false][$0] } }
}

extension ValueKind<Double> {
  package static var cores: ValueKind {
    scalar("a number of processor cores such as 1 or 0.5") { text in
      Double(text).flatMap { $0.isFinite && $0 >= 0.01 && $0 <= 1024 ? $0 : nil }
    }
  }
}

extension ValueKind<Duration> {
  static var positiveDuration: ValueKind { duration.satisfying("a duration above 0, such as '500ms'") { $0 > .zero } }

  /// How long nginx waits for an app, which it counts in seconds.
  package static var responseTimeout: ValueKind {
    duration.satisfying("whole seconds from 1s to 1440m") { RequestPolicy.isTimeout($0) }
  }

  /// How long nginx keeps an idle connection to an app.
  package static var keepAlive: ValueKind {
    duration.satisfying("whole seconds, or 0s") { RequestPolicy.isTimeout($0, from: 0) }
  }

  /// How long the requests under way in an old release may go on. For as long nginx keeps the workers that it replaces.
  package static var drain: ValueKind { duration.satisfying("a duration up to 1440m") { $0 <= .seconds(86_400) } }

  package static var duration: ValueKind {
    scalar("a duration such as '500ms', '10s' or '2m'") { Duration(parsing: $0) }
  }
}

extension ValueKind<TCPPort> {
  /// nginx and the apps run without the privilege that lower ports need.
  static var port: ValueKind { scalar("a port from 1024 to 65535") { Int($0).flatMap(TCPPort.unprivileged) } }
}

extension ValueKind<PortRange> {
  static var portRange: ValueKind {
    scalar("a range of ports such as '15000-15099'") { text in
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
        Int($0).flatMap(TCPPort.unprivileged)
      }
      guard ends.count == 2, let first = ends[0], let last = ends[1] else { return nil }
      return PortRange(first, last)
    }
  }
}

extension ValueKind<[ClosedRange<Int>]> {
  static var statuses: ValueKind {
    scalar("statuses or ranges of them, such as '200-399,404'") { text in
      let ranges = text.split(separator: ",", omittingEmptySubsequences: false).map { statusRange($0) }
      return ranges.contains(nil) ? nil : ranges.compactMap(\.self)
    }
  }

  private static func statusRange(_ text: Substring) -> ClosedRange<Int>? {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else { return nil }
    return 100 <= first && first <= last && last <= 599 ? first...last : nil
  }
}

extension ValueKind<StackName> {
  static var stackName: ValueKind { scalar("a name of a-z, 0-9 and '-'") { try? StackName($0) } }
}

extension ValueKind<StackDescriptor.Role> {
  static var role: ValueKind { scalar("'backend' or 'frontend'") { StackDescriptor.Role(rawValue: $0) } }
}

extension ValueKind<Template> {
  /// Text whose places may be filled with `names`.
  package static func template(_ names: Set<String>, in text: ValueKind<String> = .text) -> ValueKind {
    ValueKind { node, log in
      let template = Template(try text.read(node, log))
      for name in template.names where !names.contains(name) {
        let suggestion = names.closest(to: name).map { " (did you mean '${\($0)}'?)" } ?? ""
        log.note("unknown variable '${\(name)}'\(suggestion)", at: node)
      }
      return template
    }
  }
}

extension ValueKind {
  /// A mapping with keys of its own.
  static func section(_ path: String, _ read: @escaping (DescriptorSection) -> Value?) -> ValueKind
  where Value: Sendable {
    ValueKind { node, log in
      let section = DescriptorSection(node, path: path, log: log)
      defer { section.finish() }
      guard let value = read(section) else { throw ValueFault(message: nil) }
      return value
    }
  }
}

private enum Patterns {
  static let identifier = Pattern(/[a-z][a-z0-9_]*/)
  static let fileName = Pattern(/[A-Za-z0-9_][A-Za-z0-9._-]*/)
  static let user = Pattern(/[1-9][0-9]{0,8}:[1-9][0-9]{0,8}/)
}
