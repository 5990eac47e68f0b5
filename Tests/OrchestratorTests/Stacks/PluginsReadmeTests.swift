import Foundation
import Testing

@testable import Orchestrator
@testable import OrchestratorModel
@testable import OrchestratorStacks

@Suite("The README of Plugins")
struct PluginsReadmeTests {
  let readme: String
  /// The descriptors in it.
  let examples: [String]

  init() throws {
    readme = try String(contentsOfFile: PackageFolder.path + "/Plugins/README.md", encoding: .utf8)
    examples = readme.matches(of: /```yaml\n((?s).*?)```/).map { String($0.1) }
  }

  /// Every key that was asked for while all descriptors that ship, and that of the README, were read.
  private var keys: Set<String> {
    let loader = DescriptorLoader()
    let shipped = PackageFolder.builtInDescriptors + PackageFolder.pluginDescriptors
    let outcomes = shipped.map(loader.load(file:)) + examples.map { loader.load(yaml: $0, file: "README.md") }
    return outcomes.reduce(into: []) { $0.formUnion($1.knownKeys) }
  }

  @Test("its descriptors are right, and could stand beside those that ship")
  func referenceLoads() {
    var registry = StackRegistry.shipped
    for example in examples { registry.add(DescriptorLoader().load(yaml: example, file: "README.md")) }
    #expect(registry.diagnostics.map(\.description) == [])
    let names = ["example", "pages", "example-with-pages"]
    #expect(registry.all.map(\.name.description).filter(names.contains) == names)
  }

  @Test("it names every key that a descriptor can have")
  func everyKey() {
    #expect(keys.count > 50)
    #expect(keys.sorted().filter { !readme.contains("`\($0)`") } == [])
  }

  @Test("it names no key that a descriptor cannot have")
  func noOtherKey() {
    let dotted = /`((?:detect|variables|advice|build|run|health|stop|limits|http|components)(?:\.[a-zA-Z]+)+)`/
    let known = keys
    #expect(readme.matches(of: dotted).map { String($0.1) }.filter { !known.contains($0) } == [])
  }

  @Test("its descriptors have every key")
  func referenceIsComplete() {
    let words = Set(examples.joined().matches(of: /([a-zA-Z]+):/).map { String($0.1) })
    #expect(keys.sorted().filter { !words.contains(String($0.split(separator: ".").last ?? "")) } == [])
  }

  @Test("it names every standard variable")
  func standardVariables() {
    for (name, _) in StackDescriptor.standardVariables {
      #expect(readme.contains("| `${\(name)}` |"))
    }
  }

  @Test("the values that it calls defaults are the defaults")
  func defaults() throws {
    let plain = try StackDescriptor.read(DescriptorText.smallest)
    let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let defaults = Dictionary(
      rows.map { row in
        let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces.union(["`"])) }
        return (cells[0], cells.count > 2 ? cells[2] : "")
      }, uniquingKeysWith: { first, _ in first })
    #expect(defaults["role"] == plain.role.rawValue)
    #expect(defaults["run.folder"] == plain.run.folder.description)
    #expect(defaults["run.port"] == plain.run.port.description)
    #expect(defaults["run.user"] == plain.run.user?.rawValue)
    #expect(defaults["health.path"] == plain.health.path)
    #expect(defaults["health.status"] == "200-399" && plain.health.status == [200...399])
    #expect(defaults["health.interval"].flatMap(Duration.init(parsing:)) == plain.health.interval)
    #expect(defaults["health.timeout"].flatMap(Duration.init(parsing:)) == plain.health.timeout)
    #expect(defaults["health.successes"] == String(plain.health.successes))
    #expect(defaults["health.startPeriod"].flatMap(Duration.init(parsing:)) == plain.health.startPeriod)
    #expect(defaults["stop.signal"] == plain.stop.signal)
    #expect(defaults["stop.grace"].flatMap(Duration.init(parsing:)) == plain.stop.grace)
    #expect(defaults["stop.drain"].flatMap(Duration.init(parsing:)) == plain.stop.drain)
    #expect(defaults["limits.memory"].flatMap(ByteCount.parse) == plain.limits.memory)
    #expect(defaults["limits.cpus"].flatMap(Double.init) == plain.limits.cpus)
    #expect(defaults["limits.pids"] == String(plain.limits.pids))
  }
}
