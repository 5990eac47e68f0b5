/// Something of a source that comes along.
struct SourceEntry: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    case folder
    /// A file of so many bytes.
    case file(Int)
    /// What the link says.
    case link(String)
  }

  /// Where it is in the source.
  let path: String
  let kind: Kind
  /// Whether it is of installed packages: their links to programs of this machine are left out.
  var isInstalled = false

  var isFolder: Bool { kind == .folder }
  var isLink: Bool { if case .link = kind { true } else { false } }
  /// What it says, if it is a link.
  var target: String { if case .link(let target) = kind { target } else { "" } }
  /// How many bytes it holds, if it is a file.
  var bytes: Int { if case .file(let bytes) = kind { bytes } else { 0 } }
  /// The folders that lead to it, and its name.
  var names: [String] { path.split(separator: "/").map(String.init) }
  /// The folder that it is in; empty for the top of the source.
  var folder: String { names.dropLast().joined(separator: "/") }
}
