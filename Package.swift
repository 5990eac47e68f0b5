// swift-tools-version: 6.3

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

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let metricsTestKit: Target.Dependency = .product(name: "MetricsTestKit", package: "swift-metrics")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioFoundationCompat: Target.Dependency = .product(name: "NIOFoundationCompat", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// All layers below the engine.
let all = ["Model", "System", "DockerEngine", "Stacks", "Store", "Planning", "NginxProxy", "Runtimes"]

/// Layers as an embedder's package graph knows them: plain names could be those of another package's targets.
func layers(_ names: [String]) -> [Target.Dependency] { names.map { .target(name: "Orchestrator\($0)") } }

/// A target in the folder of its plain name, on top of others.
func layer(
  _ name: String, on others: [String] = [], libraries: [Target.Dependency] = [], resources: [Resource]? = nil
) -> Target {
  .target(
    name: "Orchestrator\(name)", dependencies: layers(others) + libraries, path: "Sources/\(name)",
    resources: resources, swiftSettings: settings)
}

let package = Package(
  name: "orchestrator",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Orchestrator", targets: ["Orchestrator"]),
    .executable(name: "orchestrator", targets: ["OrchestratorCLI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.0.0", traits: ["YAML"]),
    .package(url: "https://github.com/apple/swift-crypto", "3.0.0"..<"5.0.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    // Each layer knows those below it, and no other; CONTRIBUTING.md has the whole picture.
    layer("Model", libraries: [crypto, logging, systemPackage]),
    layer("System", on: ["Model"], libraries: [subprocess, systemPackage, unixSignals]),
    layer(
      "DockerEngine", on: ["System", "Model"],
      libraries: [asyncHTTPClient, nioCore, nioFoundationCompat, nioHTTP1, nioPosix]),
    layer("Stacks", on: ["Model"], libraries: [yams], resources: [.embedInCode("Descriptors")]),
    layer("Store", on: ["System", "Model"], libraries: [grdb]),
    layer("Planning", on: ["Stacks", "System", "Model"], libraries: [systemPackage]),
    layer("NginxProxy", on: ["DockerEngine", "System", "Model"]),
    layer("Runtimes", on: ["Planning", "DockerEngine", "System", "Model"]),
    .target(
      name: "Orchestrator",
      dependencies: layers(all) + [configuration, logging, metrics, systemPackage],
      path: "Sources/Orchestrator",
      exclude: foldersAreMerged ? commandLineSources : [],
      swiftSettings: settings
    ),
    .executableTarget(
      name: "OrchestratorCLI",
      dependencies: ["Orchestrator", argumentParser, logging, unixSignals] + layers(["System"]),
      path: "Sources/orchestrator",
      sources: commandLineSources,
      swiftSettings: settings
    ),
    .executableTarget(
      name: "deploy-many",
      dependencies: ["Orchestrator"],
      path: "Benchmarks/DeployMany",
      swiftSettings: settings
    ),
    .testTarget(
      name: "OrchestratorTests",
      dependencies: ["Orchestrator", grdb, metricsTestKit, nioCore, nioHTTP1, nioPosix] + layers(all),
      exclude: ["Goldens"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "OrchestratorCLITests",
      dependencies: ["OrchestratorCLI", "Orchestrator", argumentParser, subprocess, systemPackage] + layers(all),
      swiftSettings: settings
    ),
    .testTarget(
      name: "IntegrationTests",
      dependencies: ["Orchestrator", grdb, nioCore, nioPosix, subprocess, systemPackage] + layers(all),
      swiftSettings: settings
    ),
  ]
)
