/// Something of a source that comes along.
package struct SourceEntry: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    case folder
    /// A file of so many bytes.
    case file(Int)
    /// What the link says.
    case link(String)
  }

  /// Where it is in the source.
  package let path: String
  package let kind: Kind
  /// Whether it is of installed packages: their links to programs of this machine are left out.
  var isInstalled = false

  package var isFolder: Bool { kind == .folder }
  package var isLink: Bool { if case .link = kind { true } else { false } }
  /// What it says, if it is a link.
  package var target: String { if case .link(let target) = kind { target } else { "" } }
  /// How many bytes it holds, if it is a file.
  package var bytes: Int { if case .file(let bytes) = kind { bytes } else { 0 } }
  /// The folders that lead to it, and its name.
  package var names: [String] { path.split(separator: "/").map(String.init) }
  /// The folder that it is in; empty for the top of the source.
  package var folder: String { names.dropLast().joined(separator: "/") }
}
