import Foundation
package import OrchestratorModel

/// What is in a state folder of apps, by its names alone: it is there whether or not the store knows of it.
package struct Traces: Equatable, Sendable {
  /// The apps that have a folder of releases, builds or dependencies, or a place in the proxy's configuration.
  package var apps: Set<String> = []
  /// The names of supervised processes, those of the proxy aside.
  package var processes: Set<String> = []

  package var isEmpty: Bool { apps.isEmpty && processes.isEmpty }

  /// What there is, in the words of a message.
  package var sentence: String {
    let names = apps.isEmpty ? processes.sorted() : apps.sorted()
    let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    return (apps.isEmpty ? "the processes " : "the apps ") + shown
  }
}

/// A folder that was made for an app, or for one of its releases or builds.
package struct AppFolder: Sendable {
  package let path: String
  package let app: String
  /// The name of the folder of a release, or of the build that was made for it; nil for those that all releases have in common.
  package var release: String?
}

extension StateFolder {
  /// The folders of all apps, releases and builds that are there, each after the one that it is in.
  package var appFolders: [AppFolder] {
    let names = FileManager.default.names
    let releases = [allReleases, allBuilds].flatMap { all in
      names(all).flatMap { app in
        let folder = "\(all)/\(app)"
        return [AppFolder(path: folder, app: app)]
          + names(folder).map { AppFolder(path: "\(folder)/\($0)", app: app, release: $0) }
      }
    }
    return releases + names(allDependencies).map { AppFolder(path: "\(allDependencies)/\($0)", app: $0) }
  }

  /// What is in the folder of apps.
  package var traces: Traces {
    let manager = FileManager.default
    let folders = [allReleases, allBuilds, allDependencies].flatMap(manager.names)
    let served = manager.names(in: currentAppFiles).map { $0.replacing(".conf", with: "") }
    return Traces(
      apps: Set(folders + served).filter { (try? AppName($0)) != nil },
      processes: Set(manager.names(in: processes).filter { !$0.hasSuffix("-proxy") }))
  }

  /// The highest number of a release of the app that has a folder, or a build; 0 when there is none.
  package func highestRelease(of app: AppName) -> Int {
    [releases(of: app), builds(of: app)].flatMap(FileManager.default.names).compactMap { try? ReleaseNumber($0).value }
      .max() ?? 0
  }
}
