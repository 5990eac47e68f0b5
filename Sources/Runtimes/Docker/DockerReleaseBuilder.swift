import Foundation
import OrchestratorDockerEngine
package import OrchestratorModel
package import OrchestratorPlanning
import OrchestratorSystem

extension DockerRuntime: ReleaseBuilder {
  package var sourceRules: SourceRules { SourceRules(heedsIgnoreFiles: false) }

  package func build(_ plan: ComponentPlan, context: String, receive: (String) async -> Void) async throws -> String {
    try await imageBuild(of: plan, context: context).run(receive: receive)
    return "image \(plan.image)"
  }

  package func isBuilt(_ plan: ComponentPlan, context: String, before: ComponentPlan?) async throws -> Bool {
    guard let before, let image = try await nilIfNotFound({ try await client.inspectImage(before.image) }),
      let inputs = image.Config?.Labels?[DockerLabels.inputs]
    else { return false }
    // Docker has all of it in its cache.
    return try await imageBuild(of: plan, context: context).inputs() == inputs
  }

  private func imageBuild(of plan: ComponentPlan, context: String) async throws -> ImageBuild {
    var bases: [String] = []
    for name in [plan.baseImage, plan.runBaseImage].compactMap(\.self) {
      bases.append(try await nilIfNotFound { try await client.inspectImage(name) }?.Id ?? "")
    }
    return ImageBuild(
      plan: plan, context: context, user: plan.containerUser(first: firstUser), labels: labels, docker: client.address,
      commands: commands, bases: bases)
  }

  package func hasBuild(of plan: ComponentPlan) async throws -> Bool {
    let image = try await nilIfNotFound { try await client.inspectImage(plan.image) }
    return image.map { labels.ownsImage($0.Config?.Labels) } ?? false
  }

  // A container cannot write to its image.
  package func reuseBuild(of plan: ComponentPlan) async throws -> String { "image \(plan.image)" }

  package func removeRelease(of plan: ComponentPlan) async throws {
    for container in try await client.listContainers(labelled: labels.filter) {
      guard let name = container.name, name.hasPrefix(OneOffCommand.prefix(of: plan)),
        labels.ownsContainer(name, container.Labels)
      else { continue }
      try await client.removeContainer(container.Id)
    }
    try await network.removeIfUnused()
  }

  package func releaseSize(of plan: ComponentPlan) async throws -> Int { 0 }

  package func removeBuild(of plan: ComponentPlan) async throws {
    // A client that outlived the one who built would still have the image made.
    await ProcessTree.ofBuild(in: folder.buildContext(plan)).killAll()
    guard let found = try await nilIfNotFound({ try await client.inspectImage(plan.image) }),
      labels.ownsImage(found.Config?.Labels)
    else { return }
    try await removeImage(plan.image)
  }

  package func buildFolder() async -> String? {
    // One that is reached over the network has its disk elsewhere.
    guard case .unixSocket = client.address.endpoint else { return nil }
    return try? await client.info().DockerRootDir
  }

  package func buildSize(of plan: ComponentPlan) async throws -> Int {
    let image = try await nilIfNotFound { try await client.inspectImage(plan.image) }?.Size ?? 0
    guard let name = plan.runBaseImage ?? plan.baseImage else { return image }
    let base = try await nilIfNotFound { try await client.inspectImage(name) }?.Size ?? 0
    return max(0, image - base)
  }

  package func trustedCertificates(of plan: ComponentPlan) async throws -> String? {
    // A look must not take what a pull takes.
    guard let image = plan.baseImage, try await nilIfNotFound({ try await client.inspectImage(image) }) != nil else {
      return nil
    }
    let name = "\(labels.ownNamespace)-look"
    let container = OneOffContainer(
      client: client, name: name,
      request: ContainerRequest(
        Image: image, Entrypoint: [], Cmd: ["cat"] + Self.certificateFiles, Labels: labels.container(named: name),
        HostConfig: .init(NetworkMode: "none", RestartPolicy: .never)))
    do {
      return try await container.run { found in
        guard labels.ownsContainer(name, found.Config.Labels) else { throw foreign(name) }
      }.output
    } catch is DockerClient.Refusal {
      // An image that has nothing but one program cannot be asked.
      return nil
    }
  }

  /// Where Debian and Alpine keep whom they trust, and Red Hat.
  private static let certificateFiles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"]

  func removeImage(_ image: String) async throws {
    do {
      _ = try await nilIfNotFound { try await client.removeImage(image) }
    } catch let refusal as DockerClient.Refusal where refusal.isConflict {
      throw OrchestratorError(
        .conflict, "the image \(image) is in use by a container that is not ours",
        hint: "remove that container, then the image: docker rmi \(image)", underlying: refusal)
    }
  }

  // Its images bring all that a build needs.
  package func check(_ plan: ComponentPlan) async throws {}
}
