import Foundation
import Glibc
import OrchestratorModel
import OrchestratorPlanning
package import OrchestratorSystem

extension ProcessRuntime: Inventory {
  package func ownedResources() async throws -> [OwnedResource] {
    // A group without a folder is of a workload whose folder was removed by hand, or by a program from before there were groups.
    let groups = ControlGroup.names(of: folder.path).filter {
      !$0.hasSuffix(Self.buildGroupSuffix) && !OneOffCommand.isInUse($0)
    }
    let names = Set(FileManager.default.names(in: folder.processes) + groups).sorted()
    // The proxy is looked after by itself; a workload's name tells its release.
    return names.filter { !$0.hasSuffix("-proxy") }.map { name in
      OwnedResource(kind: .process, name: name) {
        try await SupervisedProcess(folder: folder.process(name), program: program).remove()
      }
    }
  }

  package func remnants() async -> [String] {
    SupervisedProcess.supervised(in: folder.processes).filter { !FileManager.default.isThere(folder.process($0)) }
  }

  package func endProcesses(ofApp number: Int) async throws {
    let processes = processes(ofApps: [number])
    let left = await ProcessTree.killAll { processes.alive() }
    if !left.isEmpty { throw ProcessTree.failure(left, "the app's own user") }
  }

  package func strays(ofApps numbers: [Int]) async -> [ProcessEntry] {
    let strays = processes(ofApps: numbers).alive()
    guard !strays.isEmpty else { return [] }
    let members = FileManager.default.names(in: folder.processes).flatMap { name in
      SupervisedProcess(folder: folder.process(name), program: program).members.alive()
    }
    let commands = commandsInUse
    return strays.filter { !members.contains($0) && !commands.contains($0.id) && $0.goesOn }
  }

  /// All that run as these apps' own users; none where we are not root, as they have none.
  private func processes(ofApps numbers: [Int]) -> AppProcesses {
    let users = geteuid() == 0 ? numbers.map { AppUser.number(of: $0, first: firstUser) } : []
    return AppProcesses(users: Set(users))
  }

  // Processes share the machine's network.
  package func isolation() async throws -> Isolation? { nil }
}
