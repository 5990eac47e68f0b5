import Configuration
import Foundation
import OrchestratorModel
import OrchestratorNginxProxy
import OrchestratorStacks
import SystemPackage

extension OrchestratorConfiguration {
  /// Reads the settings of the state folder `home`: environment variables first, then its `settings.yaml`, then the defaults.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` for a value that cannot be.
  public static func load(home: String) async throws -> OrchestratorConfiguration {
    try await load(home: home, environment: ProcessInfo.processInfo.environment)
  }

  static func load(home: String, environment: [String: String]) async throws -> OrchestratorConfiguration {
    var configuration = OrchestratorConfiguration(home: home.canonicalPath)
    let file = StateFolder(configuration.home).settings
    do {
      var providers: [any ConfigProvider] = [
        EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "orchestrator")
      ]
      // A state folder that cannot be there is not the settings' fault; but what stands in a file must not be taken for unsaid.
      if FileManager.default.isThere(file), !FileManager.default.isReadableFile(atPath: file) {
        throw OrchestratorError(
          .invalidInput, "the settings in \(file.quoted) cannot be read", hint: "check its permissions")
      }
      if FileManager.default.isOtherThanFile(file) {
        throw OrchestratorError(
          .invalidInput, "the settings in \(file.quoted) cannot be read: it is no file", hint: "put the file back")
      }
      if let data = FileManager.default.contents(atPath: file) {
        try refuseMistakes(in: String(decoding: data, as: UTF8.self), file: file)
        providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(file)))
      }
      let settings = ConfigReader(providers: providers)
      try configuration.take(settings, dockerHost: environment["DOCKER_HOST"])
    } catch let error as OrchestratorError {
      throw error
    } catch {
      throw OrchestratorError(
        .invalidInput,
        "the settings in \(file.quoted) or the environment cannot be read: \(String(describing: error).printable)",
        hint: "the settings are documented in the README", underlying: error)
    }
    try configuration.check()
    return configuration
  }

  /// A key that the program does not know would be passed over, and its writer would not learn why nothing changes.
  private static func refuseMistakes(in yaml: String, file: String) throws {
    let mistakes = SettingsFile.diagnostics(yaml: yaml, file: file)
    guard !mistakes.isEmpty else { return }
    throw OrchestratorError(
      .invalidInput, mistakes.map(\.description).joined(separator: "\n"),
      hint: "the settings are documented in the README")
  }

  private mutating func take(_ settings: ConfigReader, dockerHost inherited: String?) throws {
    domain = settings.string(forKey: "domain") ?? domain
    runtime = try runtime("runtime", in: settings)
    proxyRuntime = try runtime("proxyRuntime", in: settings)
    program = settings.string(forKey: "program") ?? program
    dockerHost = settings.string(forKey: "dockerHost") ?? inherited?.nonEmpty ?? dockerHost
    if let text = settings.string(forKey: "containerNetwork")?.nonEmpty {
      // There is one way to write a range: what reads back as something else is a mistake.
      guard let range = try? AddressRange(text), range.canBeNetwork, range.description == text else {
        throw Self.refusal("containerNetwork", text, "a range of IPv4 addresses such as 172.30.0.0/16, from /8 to /28")
      }
      containerNetwork = range
    }
    proxyImage = settings.string(forKey: "proxyImage") ?? proxyImage
    namespace = settings.string(forKey: "namespace") ?? namespace
    portOffset = try wholeNumber("portOffset", in: settings) ?? portOffset
    firstUser = try wholeNumber("firstUser", in: settings) ?? firstUser
    keepReleases = try wholeNumber("keepReleases", in: settings) ?? keepReleases
    simultaneousBuilds = try wholeNumber("simultaneousBuilds", in: settings) ?? simultaneousBuilds
    if let text = settings.string(forKey: "reservedDisk")?.nonEmpty {
      guard let bytes = text == "0" ? 0 : ByteCount.parse(text) else {
        throw Self.refusal("reservedDisk", text, "an amount such as 512m or 2g")
      }
      reservedDisk = bytes
    }
    pluginFolders = settings.stringArray(forKey: "pluginFolders", default: [])
    trustedProxies = try values("trustedProxies", in: settings)
    passedHeaders = try values("passedHeaders", in: settings)
    for pair in settings.stringArray(forKey: "baseImages", default: []) where !pair.isEmpty {
      let images = pair.split(separator: "=", maxSplits: 1).map(String.init)
      guard images.count == 2, images.allSatisfy(ImageName.isValid) else {
        throw OrchestratorError(
          .invalidInput, "\(pair.quoted) in the setting 'baseImages' is not FROM=TO",
          hint: "write it as python:3.13-slim=registry.example/python:3.13")
      }
      baseImages[images[0]] = images[1]
    }
  }

  private func runtime(_ key: ConfigKey, in settings: ConfigReader) throws -> RuntimeName? {
    guard let text = settings.string(forKey: key)?.nonEmpty else { return nil }
    do { return try RuntimeName.choice(text) } catch { throw Self.refusal("\(key)", text, "auto, docker or process") }
  }

  /// A list of words that each are checked.
  private func values<Value: TextValue>(_ key: ConfigKey, in settings: ConfigReader) throws -> [Value] {
    try settings.stringArray(forKey: key, default: []).filter { !$0.isEmpty }.map { text in
      do { return try Value(text) } catch let error as OrchestratorError {
        throw OrchestratorError(.invalidInput, "in the setting '\(key)' \(error.message)", hint: error.hint)
      }
    }
  }

  /// A number that is written as one; the library would take the default for anything else.
  private func wholeNumber(_ key: ConfigKey, in settings: ConfigReader) throws -> Int? {
    if let number = settings.int(forKey: key) { return number }
    guard let text = settings.string(forKey: key)?.nonEmpty else { return nil }
    throw Self.refusal("\(key)", text, "a whole number")
  }

  /// Refuses values that would end up in names, host names or configuration as something else.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input`.
  func check() throws {
    func refuse(_ setting: String, _ value: String, _ expected: String) throws {
      throw Self.refusal(setting, value, expected)
    }
    let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
    if domain.utf8.count > 180 || labels.contains(where: { DNSLabel.fault(in: String($0)) != nil }) {
      try refuse("domain", domain, "a domain name in lower case")
    }
    if DNSLabel.fault(in: namespace) != nil || namespace.utf8.count > 32 {
      try refuse("namespace", namespace, "1 to 32 of a-z, 0-9 and '-'")
    }
    if !ImageName.isValid(proxyImage) { try refuse("proxyImage", proxyImage, "the name of an image") }
    if abs(portOffset) > 65535 { try refuse("portOffset", String(portOffset), "from -65535 to 65535") }
    if !(1000...1_000_000_000).contains(firstUser) {
      try refuse("firstUser", String(firstUser), "from 1000 to 1000000000")
    }
    if let name = passedHeaders.first(where: { ProxyTrust.isSetByNginx($0) }) {
      try refuse("passedHeaders", name.description, "names of headers that nginx does not set itself")
    }
    if keepReleases < 2 { try refuse("keepReleases", String(keepReleases), "at least 2") }
    if simultaneousBuilds < 1 { try refuse("simultaneousBuilds", String(simultaneousBuilds), "at least 1") }
    if !home.hasPrefix("/") || home.contains(where: { "\"$\\;{}:".contains($0) })
      || home.unicodeScalars.contains(where: \.isControl)
    {
      try refuse("home", home, "an absolute path without quotes, ':', '$', '\\', ';' and braces")
    }
  }

  private static func refusal(_ setting: String, _ value: String, _ expected: String) -> OrchestratorError {
    OrchestratorError(
      .invalidInput, "the setting '\(setting)' must be \(expected), not \(value.quoted)",
      hint: "it comes from settings.yaml in the state folder, or from an environment variable")
  }
}
