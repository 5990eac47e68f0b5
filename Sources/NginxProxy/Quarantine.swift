import OrchestratorModel

/// Leaving out the apps' server blocks that nginx refuses.
extension NginxConfiguration {
  /// Takes over what `earlier` had in quarantine, for the apps whose sites are the same: nginx would refuse them again.
  func keepingQuarantine(of earlier: NginxConfiguration?) -> NginxConfiguration {
    guard let earlier, earlier.version == version else { return self }
    var configuration = self
    configuration.quarantined = earlier.quarantined.filter { quarantine in
      let (before, now) = (earlier.sites.of(quarantine.app), sites.of(quarantine.app))
      return quarantine.isNamed && now != nil && before == now
    }
    return configuration
  }

  /// The same with the apps' server blocks that were left out although nginx's words did not name them: that may have passed.
  var withoutUnnamedQuarantine: NginxConfiguration {
    var configuration = self
    configuration.quarantined.removeAll { !$0.isNamed }
    return configuration
  }

  /// Leaves out the app's server block that nginx's words name, or all if they name none; nil when there is none to leave out.
  ///
  /// When one after the other is refused, something is wrong with all of them, and no command waits for each to be tried.
  ///
  /// - Parameter tries: how many were left out one by one before.
  package func leavingOut(refused words: String, after tries: Int) -> NginxConfiguration? {
    let apps = Set(sites.map(\.app)).subtracting(quarantined.map(\.app)).sorted { $0.description < $1.description }
    // Only what nginx itself says is about the files.
    guard !apps.isEmpty, words.contains("[emerg]") else { return nil }
    let blamed = tries < Self.mostTried ? AppServerBlock.blamed(in: words, among: apps) : nil
    var configuration = self
    let refused = blamed.map { [$0] } ?? apps
    configuration.quarantined += refused.map { Quarantine(app: $0, reason: words.printableLines) }
    return configuration
  }

  private static let mostTried = 5
}

extension NginxConfiguration.Quarantine {
  /// Whether nginx's words are about this app's file, and not about all of them or something else.
  package var isNamed: Bool { AppServerBlock.blamed(in: reason, among: [app]) != nil }
}

extension [Site] {
  /// The locations of an app, whatever its clients are told.
  fileprivate func of(_ app: AppName) -> [Location]? { first { $0.app == app }?.locations }
}
