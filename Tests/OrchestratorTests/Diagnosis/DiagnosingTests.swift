import Foundation
import GRDB
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorNginxProxy
@testable import OrchestratorRuntimes
@testable import OrchestratorStore
@testable import OrchestratorSystem

@Suite("The doctor")
struct DiagnosingTests {
  @Test("finds nothing wrong where nothing is, and changes nothing")
  func healthy() async throws {
    try await withWorld { world in
      try await world.deploy()
      let before = try await world.remains()
      let diagnosis = await world.engine.diagnose()
      #expect(diagnosis.level != .problem, "\(diagnosis)")
      #expect(diagnosis.of("blog").map(\.message) == ["http://blog.localhost:14000/ answered 200"])
      for subject in ["docker", "processes", "disk", "clock", "state folder", "store", "nginx", "order"] {
        #expect(!diagnosis.of(subject).isEmpty, "\(subject)")
      }
      try await #expect(world.remains() == before)
    }
  }

  @Test("names a runtime that apps need and that does not answer as a problem, else as something to know")
  func runtimes() async throws {
    try await withWorld { world in
      world.runtime.isUnavailable()
      #expect(await world.engine.diagnose().of("docker").map(\.level) == [.notice])
    }
    try await withWorld { world in
      try await world.deploy()
      world.runtime.isUnavailable()
      #expect(await world.engine.diagnose().of("docker").map(\.level) == [.problem])
    }
  }

  @Test("says that an app has ended, and starts it when it is to fix things")
  func ended() async throws {
    try await withWorld { world in
      try await world.deploy()
      world.runtime.leave { $0.workloads = [:] }
      let finding = try #require(await world.engine.diagnose().of("blog").first)
      #expect(
        finding.message == "blog v1 is not running: its container is gone" && finding.isFixable
          && finding.level == .problem)
      let diagnosis = await world.engine.diagnose(fixing: true)
      #expect(diagnosis.fixed.texts == ["blog v1: it was started again"])
      #expect(diagnosis.of("blog").map(\.level) == [.good])
    }
  }

  @Test("says who sits on the port of an app that does not run")
  func foreignPort() async throws {
    try await withWorld { world in
      let port = try #require(try await world.deploy().port)
      world.runtime.leave { $0.workloads = [:] }
      let listener = Listener(on: port)
      let finding = try #require(await world.engine.diagnose().of("blog").first)
      #expect(finding.message.hasPrefix("blog v1 cannot run, as its port \(port) is in use by "))
      #expect(finding.message.hasSuffix("(pid \(ProcessIdentity.current.id))"))
      withExtendedLifetime(listener) {}
    }
  }

  @Test("names what runs as an app's user and belongs to no app, unless somebody is at the app right now")
  func strays() async throws {
    try await withWorld { world in
      try await world.deploy(.blog)
      let us = try #require(ProcessEntry(id: ProcessIdentity.current.id))
      world.runtime.leaves([us], of: 1)
      let finding = try #require(await world.engine.diagnose().of("processes").first { $0.level == .problem })
      #expect(
        finding.message == "these run as an app's user, and belong to no app that is looked after: \([us].words)")
      #expect(finding.remedy == "end them: kill -9 \(us.id)")
      _ = try await world.store.acquireLease(of: .blog, for: .deploy)
      #expect(await world.engine.diagnose().of("processes").map(\.level) == [.good])
    }
  }

  @Test("counts the ports that are left to a stack, and those that others have")
  func internalPorts() async throws {
    try await withWorld { world in
      try await world.deploy()
      let listener = Listener(on: world.stack.internalPorts.last)
      let findings = await world.engine.diagnose().of("ports")
      let text = "2 of 4 internal ports of 'stub' are free; 1 are in use by programs that are not ours"
      #expect(findings.map(\.message).contains(text), "\(findings)")
      withExtendedLifetime(listener) {}
    }
  }

  @Test("says that nginx can hold too little, and what to do about it")
  func fewConnections() async throws {
    try await withWorld { world in
      var status = ProxyStatus(running: true, runtime: .process, ports: [], apps: 1, configuration: "", logs: "")
      for (connections, level) in [(896, Finding.Level.notice), (16_384, .good)] {
        status.connections = connections
        let findings = Doctor(installation: world.engine.installation).proxyFindings(.success(status))
        #expect(findings.map(\.level) == [level])
        #expect((findings.first?.remedy == ProxyCapacity.cure) == (level == .notice))
      }
    }
  }

  @Test("says that nginx goes on as the user that an earlier version gave it", arguments: RuntimeName.allCases)
  func earlierUser(runtime: RuntimeName) async throws {
    try await withWorld { world in
      var status = ProxyStatus(running: true, runtime: runtime, ports: [], apps: 1, configuration: "", logs: "")
      let own = Int(NginxUser.new(firstUser: world.engine.configuration.firstUser).id)
      for (user, level) in [(10001, Finding.Level.notice), (own, .good)] {
        status.user = user
        #expect(Doctor(installation: world.engine.installation).proxyFindings(.success(status)).map(\.level) == [level])
      }
    }
  }

  @Test("does not take our own nginx for a stranger when it cannot tell where that listens")
  func ownNginx() async throws {
    try await withWorld { world in
      var status = ProxyStatus(running: true, runtime: .process, ports: [], apps: 1, configuration: "", logs: "")
      let port = world.otherStack.publicPort
      let isFree = PortProbe.isFree(port, everywhere: true)
      let listener = isFree ? Listener(on: port) : nil
      #expect(
        await !Doctor(installation: world.engine.installation).portFindings(status).contains {
          $0.message.hasPrefix("public port")
        })
      status.ports = [.number(14000)]
      let finding = try #require(
        await Doctor(installation: world.engine.installation).portFindings(status).first {
          $0.message.hasPrefix("public port \(port) is in use by")
        })
      #expect(finding.level == .notice && finding.message.hasSuffix("; no app needs it yet"))
      withExtendedLifetime(listener) {}
    }
  }

  @Test("tells whether the app or the proxy in front of it fails")
  func endToEnd() async throws {
    try await withWorld { world in
      let port = try #require(try await world.deploy().port)
      world.network.answers { HTTPResponse($0.endpoint == .tcp(host: "127.0.0.1", port: Int(port.number)) ? 200 : 502) }
      #expect(
        await world.engine.diagnose().of("blog").map(\.message)
          == ["it answers, but clients do not get its answer: http://blog.localhost:14000/ answered 502"])
      world.network.answers { _ in HTTPResponse(500) }
      #expect(
        await world.engine.diagnose().of("blog").map(\.message)
          == ["blog v1 runs, but GET http://127.0.0.1:\(port)/ answered 500"])
    }
  }

  @Test("says what is left over, and removes it when it is to fix things")
  func orphans() async throws {
    try await withWorld { world in
      try await world.lose("gone")
      world.runtime.leave { $0.workloads["orchestrator-gone-v1"] = .number(15099) }
      let finding = try #require(await world.engine.diagnose().of("order").first)
      #expect(finding.message == "would remove the container orchestrator-gone-v1, which belongs to no release")
      let diagnosis = await world.engine.diagnose(fixing: true)
      #expect(diagnosis.fixed.texts == ["removed the container orchestrator-gone-v1, which belongs to no release"])
      #expect(world.runtime.now.workloads.isEmpty)
    }
  }

  @Test("says that others could read or change the state, and takes that from them")
  func permissionsTooWide() async throws {
    try await withWorld { world in
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: world.folder.database)
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: world.folder.path)
      let findings = await world.engine.diagnose().of("state folder")
      #expect(
        findings.map(\.remedy) == ["chmod 755 \(world.folder.path)", "chmod 600 \(world.folder.database)"])
      let diagnosis = await world.engine.diagnose(fixing: true)
      #expect(diagnosis.fixed.count == 2)
      #expect(diagnosis.of("state folder").map(\.level) == [.good])
      #expect(permissions(of: world.folder.database) == 0o600 && permissions(of: world.folder.path) == 0o755)
    }
  }

  @Test("says that containers reach each other, and which of them stand outside of what keeps them apart")
  func isolation() async throws {
    try await withWorld { world in
      #expect(await world.engine.diagnose().of("containers") == [])
      world.runtime.isIsolated(Isolation())
      #expect(await world.engine.diagnose().of("containers").map(\.level) == [.good])
      world.runtime.isIsolated(
        Isolation(fault: "a reaches b around the proxy, at 172.30.0.3:8000", outside: ["c", "d"]))
      let findings = await world.engine.diagnose().of("containers")
      #expect(findings.map(\.level) == [.problem, .notice])
      #expect(findings[0].message == "a reaches b around the proxy, at 172.30.0.3:8000")
      #expect(findings[0].remedy?.contains("br_netfilter") == true)
      #expect(
        findings[1].message.contains("run c, d:") && findings[1].remedy?.hasPrefix("deploy these apps again") == true)
    }
  }

  @Test("says that the clock was set back")
  func clock() async throws {
    try await withWorld { world in
      try await world.deploy()
      try await world.store.write { try $0.execute(sql: "UPDATE journal SET at = '2999-01-01 00:00:00.000'") }
      let finding = try #require(await world.engine.diagnose().of("clock").first)
      #expect(finding.message == "it was set back: something was done at 2999-01-01T00:00:00Z, which is yet to come")
    }
  }

  @Test("says that rows of the store belong to nobody")
  func damage() async throws {
    try await withWorld { world in
      try await world.store.database.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA foreign_keys = OFF")
        try db.execute(sql: "INSERT INTO port (number, app, release, component) VALUES (15050, 'ghost', 1, '')")
      }
      #expect(
        await world.engine.diagnose().of("store").map(\.message)
          == ["'\(world.folder.database)' is damaged: a row of port belongs to none of release"])
    }
  }

  @Test("says that a disk is nearly full")
  func disk() async throws {
    try await withWorld { world in
      let finding = try #require(await world.engine({ $0.reservedDisk = 1 << 60 }).diagnose().of("disk").first)
      #expect(finding.level == .problem && finding.message.hasSuffix(": too little for a deployment"))
    }
  }

  @Test("says what an older nginx costs, and nothing of one that costs nothing", arguments: ["1.22.1", "1.30.0"])
  func nginxVersion(version: String) async throws {
    try await withWorld { world in
      let status = ProxyStatus(
        running: true, runtime: .process, serving: 1, configured: 1, version: version, ports: [], apps: 0,
        configuration: "", logs: "")
      let findings = Doctor(installation: world.engine.installation).proxyFindings(.success(status))
      if version == "1.30.0" {
        #expect(findings.map(\.message) == ["runs, with process, version 1.30.0"])
      } else {
        #expect(findings.first?.message.hasPrefix("nginx 1.22.1 closes idle connections when it reloads") == true)
      }
    }
  }

  @Test("knows a certificate again, however it is wrapped")
  func certificates() throws {
    try withTemporaryFolder { folder in
      func pem(_ body: String) -> String { "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n" }
      try folder.write("ca.crt", "# ours\n" + pem("QUJD\nREVG") + pem("R0hJ"))
      let found = MachineCertificate.inFile(folder("ca.crt"))
      #expect(found.map(\.name) == ["ca.crt", "ca.crt"])
      #expect(found.map { $0.isIn("other\n" + pem("QUJDREVG")) } == [true, false])
    }
  }
}

extension Diagnosis {
  fileprivate func of(_ subject: String) -> [Finding] { findings.filter { $0.subject == subject } }
}
