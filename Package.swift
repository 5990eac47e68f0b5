// swift-tools-version: 6.2

import Foundation
import PackageDescription

// On a disk that ignores case, `Sources/orchestrator` and `Sources/Orchestrator` are one folder. The two trees share no
// relative path, so a checkout merges them; each target then leaves out what belongs to the other.
let libraryFolder = Context.packageDirectory + "/Sources/Orchestrator"
let foldersAreMerged = FileManager.default.fileExists(atPath: libraryFolder + "/Commands")
let commandLineSources = ["Commands", "Output", "OrchestratorCommand.swift"]

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "orchestrator",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Orchestrator", targets: ["Orchestrator"]),
    .executable(name: "orchestrator", targets: ["OrchestratorCLI"]),
    .executable(name: "deploy-many", targets: ["DeployMany"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.0.0", traits: ["YAML"]),
    .package(url: "https://github.com/apple/swift-crypto", "3.0.0"..<"5.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    .target(
      name: "Stacks",
      resources: [.embedInCode("Descriptors")],
      swiftSettings: settings
    ),
    .target(
      name: "Orchestrator",
      dependencies: [
        "Stacks",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      path: "Sources/Orchestrator",
      exclude: foldersAreMerged ? commandLineSources : [],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "OrchestratorCLI",
      dependencies: [
        "Orchestrator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      path: "Sources/orchestrator",
      sources: commandLineSources,
      swiftSettings: settings
    ),
    .executableTarget(
      name: "DeployMany",
      dependencies: ["Orchestrator"],
      path: "Benchmarks/DeployMany",
      swiftSettings: settings
    ),
    .testTarget(
      name: "OrchestratorTests",
      dependencies: [
        "Orchestrator",
        "Stacks",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      exclude: ["Goldens"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "OrchestratorCLITests",
      dependencies: [
        "OrchestratorCLI", "Orchestrator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "IntegrationTests",
      dependencies: [
        "Orchestrator", "Stacks",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings
    ),
  ]
)
