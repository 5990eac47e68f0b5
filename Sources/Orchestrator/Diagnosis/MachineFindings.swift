import Foundation
import OrchestratorModel
import OrchestratorRuntimes
import OrchestratorStore
import OrchestratorSystem

/// The machine: runtimes, trust, disks and the clock.
extension Doctor {
  func runtimeFindings() async -> [Finding] {
    let inUse = (try? await store.runtimes()) ?? []
    var findings: [Finding] = []
    for name in RuntimeName.allCases {
      do {
        try await runtimes[name].checkAvailable()
        findings.append(.good(name.subject, name == .docker ? "answers" : "apps can run as processes"))
      } catch {
        var finding = Finding.problem(name.subject, error)
        // Who has no app there can do without.
        if !inUse.contains(name) { finding.level = .notice }
        findings.append(finding)
      }
    }
    return findings
  }

  /// Whether builds trust whom this machine was told to trust, such as the proxy of a company.
  func certificateFindings() async -> [Finding] {
    let certificates = MachineCertificate.all()
    let plans = (try? await store.liveReleases().flatMap(\.plan.components)) ?? []
    guard !certificates.isEmpty, !plans.isEmpty else { return [] }
    var findings: [Finding] = []
    for (image, plan) in Dictionary(plans.map { ($0.baseImage, $0) }, uniquingKeysWith: { first, _ in first }) {
      let trusted = try? await runtimes[plan].trustedCertificates(of: plan)
      guard let image, let trusted else { continue }
      let missing = certificates.filter { !$0.isIn(trusted) }
      guard !missing.isEmpty else {
        findings.append(.good("certificates", "builds from \(image) trust whom this machine trusts"))
        continue
      }
      findings.append(
        .notice(
          "certificates",
          "builds from \(image) do not trust \(missing.map(\.name.quoted).joined(separator: ", ")), as this machine does: behind a proxy that signs with it they cannot install anything",
          remedy: "make an image with these certificates, and name it in its place with baseImages"))
    }
    return findings.sorted { $0.message < $1.message }
  }

  func diskFindings() async -> [Finding] {
    var folders = [folder.path]
    if let place = await runtimes[.docker].buildFolder() { folders.append(place) }
    let disks = folders.compactMap { folder in DiskSpace(at: folder).map { (folder, $0) } }
    let reserved = installation.configuration.reservedDisk
    return Dictionary(disks.map { ($1.device, ($0, $1)) }, uniquingKeysWith: { first, _ in first }).values
      .sorted { $0.0 < $1.0 }.map { folder, disk in
        let text = "\(disk.free.bytes) of \(disk.total.bytes) are free on the disk of \(folder.quoted)"
        let remedy = "orchestrator prune removes old releases; docker system df shows what else Docker keeps"
        if disk.free < reserved { return .problem("disk", "\(text): too little for a deployment", remedy: remedy) }
        return disk.free < reserved * 4 ? .notice("disk", text, remedy: remedy) : .good("disk", text)
      }
  }

  func clockFindings() async -> [Finding] {
    guard let latest = try? await store.latestTime(), latest > Date().addingTimeInterval(60) else {
      return [.good("clock", "not behind anything that was done")]
    }
    return [
      .problem(
        "clock", "it was set back: something was done at \(latest.formatted(.iso8601)), which is yet to come",
        remedy:
          "set the clock (timedatectl); until then times and pauses are not to be relied on, apps are served all the same"
      )
    ]
  }
}

extension RuntimeName {
  fileprivate var subject: String { self == .docker ? "docker" : "processes" }
}
