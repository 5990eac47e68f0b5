/// What people deploy to: a stack of one kind of workload, or one that is made of others.
public enum Stack: Sendable, Equatable {
  /// Its apps are one workload.
  case single(StackDescriptor)
  /// Its apps are several.
  case composed(ComposedStack)

  private var head: any StackHead {
    switch self {
    case .single(let stack): stack
    case .composed(let stack): stack
    }
  }

  /// The name by which people deploy to the stack.
  public var name: StackName { head.name }
  /// One line for lists.
  public var summary: String { head.summary }
  /// The port on which clients reach all apps of the stack.
  public var publicPort: TCPPort { head.publicPort }
  /// The file that the descriptor was read from.
  public var file: String { head.file }
}

/// What every stack has, whatever kind it is of.
private protocol StackHead {
  var name: StackName { get }
  var summary: String { get }
  var publicPort: TCPPort { get }
  var file: String { get }
}

extension StackDescriptor: StackHead {}
extension ComposedStack: StackHead {}

extension Stack: Encodable {
  /// Writes the descriptor itself.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .single(let stack): try stack.encode(to: encoder)
    case .composed(let stack): try stack.encode(to: encoder)
    }
  }
}
