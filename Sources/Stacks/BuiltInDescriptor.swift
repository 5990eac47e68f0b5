/// A stack descriptor that is part of the program: a file of the folder `Descriptors`, as it stands there.
public struct BuiltInDescriptor: Sendable {
  /// The name of the file, such as `flask.yaml`.
  public let fileName: String
  /// The file's text.
  public let yaml: String

  private init(_ fileName: String, _ bytes: [UInt8]) {
    self.fileName = fileName
    self.yaml = String(decoding: bytes, as: UTF8.self)
  }

  /// Every built-in descriptor; resources that are embedded cannot be enumerated, so each is named here.
  public static let all = [
    BuiltInDescriptor("flask.yaml", PackageResources.flask_yaml),
    BuiltInDescriptor("django.yaml", PackageResources.django_yaml),
    BuiltInDescriptor("mern-backend.yaml", PackageResources.mern_backend_yaml),
    BuiltInDescriptor("mern-frontend.yaml", PackageResources.mern_frontend_yaml),
    BuiltInDescriptor("mern.yaml", PackageResources.mern_yaml),
  ]
}
