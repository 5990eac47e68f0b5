/// A stack whose apps consist of several components, each of a stack of its own: they are deployed as one release.
///
/// It is read from one YAML file as a ``StackDescriptor`` is, and has no powers beside naming others.
public struct ComposedStack: Sendable, Equatable, Codable {
  /// One of the components.
  public struct Component: Sendable, Equatable, Codable {
    /// The name by which messages, `--set` and the things of a release tell it from the others.
    public var name: ComponentName
    /// The name of its stack.
    public var stack: StackName
    /// The folders of the source where it is looked for, in this order; in `.` it is the whole app.
    public var folders: [String]
    /// Rules of which one must match for it to be the whole app where it is found in `.` beside others.
    public var whole: [DetectionRule]
    /// The paths that it claims, in place of those of its stack.
    public var paths: [String]?

    package init(
      name: ComponentName, stack: StackName, folders: [String], whole: [DetectionRule], paths: [String]? = nil
    ) {
      (self.name, self.stack, self.folders) = (name, stack, folders)
      (self.whole, self.paths) = (whole, paths)
    }
  }

  /// The name by which people deploy to the stack.
  public var name: StackName
  /// One line for lists.
  public var summary: String
  /// The port on which clients reach all apps of the stack.
  public var publicPort: TCPPort
  /// The components, in the file's order; no two of them have the same role.
  public var components: [Component]
  /// The file that the descriptor was read from.
  public var file: String
  /// The SHA-256 of the file's bytes, in hexadecimal.
  public var digest: String

  package init(
    name: StackName, summary: String, publicPort: TCPPort, components: [Component], file: String, digest: String
  ) {
    (self.name, self.summary, self.publicPort) = (name, summary, publicPort)
    (self.components, self.file, self.digest) = (components, file, digest)
  }
}
