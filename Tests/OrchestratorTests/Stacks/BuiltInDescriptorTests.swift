import Foundation
@testable import OrchestratorStacks
import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("The descriptors that ship")
struct BuiltInDescriptorTests {
  let loader = DescriptorLoader()

  @Test(
    "each loads without a diagnostic", arguments: PackageFolder.builtInDescriptors + PackageFolder.pluginDescriptors)
  func loads(file: String) {
    let outcome = loader.load(file: file)
    #expect(outcome.diagnostics.map(\.description) == [])
    #expect(outcome.stack != nil)
  }

  @Test("all of them stand side by side")
  func noClash() {
    let registry = StackRegistry(pluginFolders: [PackageFolder.path + "/Plugins"])
    #expect(registry.diagnostics.map(\.description) == [])
    let shipped = PackageFolder.builtInDescriptors.count + PackageFolder.pluginDescriptors.count
    #expect(registry.all.count == shipped)
  }

  @Test("every file of the folder is part of the program, as it stands there")
  func everyFileIsNamed() throws {
    let files = PackageFolder.builtInDescriptors.map { ($0 as NSString).lastPathComponent }
    #expect(BuiltInDescriptor.all.map(\.fileName).sorted() == files)
    for (stack, file) in zip(
      BuiltInDescriptor.all.sorted { $0.fileName < $1.fileName }, PackageFolder.builtInDescriptors)
    {
      #expect(try String(contentsOfFile: file, encoding: .utf8) == stack.yaml)
    }
  }

  @Test("each plugin is named for its folder", arguments: PackageFolder.pluginDescriptors)
  func pluginNames(file: String) {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().lastPathComponent
    #expect(loader.load(file: file).stack?.name.description == folder)
  }

  @Test(
    "the ports and the map of each are the agreed ones",
    arguments: [
      ("flask", 14000, "15000-15099", StackDescriptor.Role.backend),
      ("django", 13000, "16000-16099", .backend),
      ("mern-backend", 12000, "17000-17099", .backend),
      ("mern-frontend", 12000, "18000-18099", .frontend),
    ])
  func ports(name: String, publicPort: Int, internalPorts: String, role: StackDescriptor.Role) throws {
    let stack = try StackRegistry.shipped.single(named: name)
    #expect(stack.publicPort == TCPPort(publicPort))
    #expect(stack.internalPorts.description == internalPorts)
    #expect(stack.internalPorts.count == 100)
    #expect(stack.role == role)
  }

  @Test(
    "a built-in stack has no powers that a file in a folder lacks", arguments: BuiltInDescriptor.all.map(\.fileName))
  func sameDoor(fileName: String) throws {
    let builtIn = try #require(BuiltInDescriptor.all.first { $0.fileName == fileName })
    let original = try #require(loader.load(yaml: builtIn.yaml, file: "built-in/\(fileName)").stack)
    try withTemporaryFolder { folder in
      try folder.write("mine/stack.yaml", builtIn.yaml)
      let dropped = try #require(loader.load(folder: folder.path).first?.stack)
      #expect(dropped.file == folder("mine/stack.yaml"))
      #expect(dropped.moved(to: original.file) == original)
    }
  }
}

extension Stack {
  /// The same stack, as if it had been read from another file.
  fileprivate func moved(to file: String) -> Stack {
    switch self {
    case .single(var stack):
      stack.file = file
      return .single(stack)
    case .composed(var stack):
      stack.file = file
      return .composed(stack)
    }
  }
}
