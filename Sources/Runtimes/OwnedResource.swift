/// Something that a runtime keeps for this installation, and that belongs to no release any more if no release has its name.
package struct OwnedResource: Sendable {
  /// What kind of thing it is.
  package enum Kind: String, Sendable {
    case container, image, network, process
  }

  package let kind: Kind
  /// Its name, which its release had before it existed.
  package let name: String
  /// Whether it was made for a release, and not for a moment's look at something.
  package var isOfRelease = true
  /// Makes sure that it is gone.
  package let remove: @Sendable () async throws -> Void
}
