import Synchronization
import Testing

@testable import Orchestrator
@testable import OrchestratorDockerEngine
@testable import OrchestratorModel
@testable import OrchestratorRuntimes
@testable import OrchestratorSystem

@Suite("Waiting until a release is healthy")
struct AwaitHealthyTests {
  private let runtime = FakeRuntime(faults: Faults(), folder: StateFolder("/nowhere"))
  private let network = FakeNetwork()
  private let events = EventLog()

  private func step(startPeriod: Duration = .seconds(60)) -> AwaitHealthy {
    let workload = ComponentPlan.sample(release: .v(3), stack: .sample(startPeriod: startPeriod)).workload(1)
    runtime.leave { $0.workloads[workload.name] = .number(15003) }
    return AwaitHealthy(
      workload: workload, port: .number(15003), runtime: runtime, probe: HealthProbe(transport: network),
      report: { [events] in events.append($0) }, clock: PatientClock())
  }

  /// Answers with these statuses, and then with the last for ever; nil is no answer.
  private func answer(_ statuses: Int?...) {
    let left = Mutex(statuses)
    let next = { @Sendable () -> Int? in
      left.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
    network.answers { _ in
      guard let status = next() else { throw HTTPFailure.refused }
      return HTTPResponse(status)
    }
  }

  @Test("needs several good answers in a row: a bad one between them starts again")
  func inARow() async throws {
    answer(nil, 200, 500, 200, nil, 200, 204)
    let outcome = try await step().run()
    #expect(network.calls.count == 7)
    #expect(step().detail(of: outcome) == "GET / 204, 2 in a row")
    #expect(runtime.now.kept == ["orchestrator-blog-v3"])
  }

  @Test("gives up at once when the app ends, with its last lines")
  func ended() async throws {
    runtime.workloadsAre(WorkloadState(phase: .exited, exitCode: 3), printing: ["Traceback", "no database"])
    let error = await #expect(throws: OrchestratorError.self) { try await step().run() }
    #expect(error?.code == .startFailed)
    #expect(
      error?.message == "'blog' ended at its start with status 3; its last lines:\n  | Traceback\n  | no database")
    #expect(error?.hint == "logs: orchestrator logs blog --release v3")
    #expect(network.calls.isEmpty)
  }

  @Test("says so when the app printed nothing")
  func silent() async throws {
    runtime.workloadsAre(WorkloadState(phase: .exited, exitCode: 1))
    let error = await #expect(throws: OrchestratorError.self) { try await step().run() }
    #expect(error?.message == "'blog' ended at its start with status 1; it printed nothing")
  }

  @Test("says when its memory was used up, and how much it had")
  func outOfMemory() async throws {
    runtime.workloadsAre(WorkloadState(phase: .exited, exitCode: 137, outOfMemory: true))
    let error = await #expect(throws: OrchestratorError.self) { try await step().run() }
    #expect(error?.message == "'blog' used up its memory (512 MiB); it printed nothing")
    #expect(error?.hint == "raise limits.memory in the stack's descriptor, or have the app use less")
  }

  @Test(
    "says that memory was used up when the app itself says so",
    arguments: ["MemoryError", "x: JavaScript heap out of memory"])
  func ownWords(line: String) async throws {
    runtime.workloadsAre(WorkloadState(phase: .exited, exitCode: 1), printing: [line])
    let error = await #expect(throws: OrchestratorError.self) { try await step().run() }
    #expect(error?.message == "'blog' used up its memory (512 MiB); its last lines:\n  | \(line)")
  }

  private func listening(on port: Int, isLoopback: Bool = true, isNetworkIsolated: Bool = false) {
    let address = SocketAddress(port: .number(port), isLoopback: isLoopback, user: 30001, inode: 1)
    runtime.workloadsListen(
      ListenerReport(expected: .number(15003), listeners: [address], isNetworkIsolated: isNetworkIsolated))
  }

  @Test("is not deceived by another program that answers on the app's port")
  func stranger() async throws {
    answer(200)
    listening(on: 5000)
    let error = await #expect(throws: OrchestratorError.self) { try await step().run() }
    #expect(error?.code == .startFailed)
    #expect(error?.message == "not 'blog' but another program answers on 127.0.0.1:15003")
    #expect(runtime.now.kept == [])
  }

  @Test("counts no answer of another program that had the port before the app")
  func strangerBefore() async throws {
    let asked = Mutex(0)
    network.answers { [self] _ in
      listening(
        on: asked.withLock {
          $0 += 1; return $0
        } == 1 ? 5000 : 15003)
      return HTTPResponse(200)
    }
    let error = await #expect(throws: OrchestratorError.self) { try await step().run() }
    #expect(error?.message == "not 'blog' but another program answers on 127.0.0.1:15003")
  }

  @Test("names the other program that answers badly on the app's port")
  func badStranger() async throws {
    let port = TestPorts.one()
    let listener = Listener(on: port)
    answer(500)
    listening(on: 5000)
    var step = step(startPeriod: .zero)
    step = AwaitHealthy(
      workload: step.workload, port: port, runtime: runtime, probe: step.probe, report: step.report,
      clock: PatientClock())
    let error = await #expect(throws: OrchestratorError.self) { try await step.run() }
    #expect(error?.message == "not 'blog' but \(ThisProcess.description) answers on 127.0.0.1:\(port)")
    withExtendedLifetime(listener) {}
  }

  @Test("says that a process can be reached around the proxy; a container cannot", arguments: [false, true])
  func openPort(isNetworkIsolated: Bool) async throws {
    answer(200)
    listening(on: 15003, isLoopback: false, isNetworkIsolated: isNetworkIsolated)
    _ = try await step().run()
    let note =
      "'blog' listens on port 15003 of all addresses: other machines can reach it around the proxy; have it listen on the address in $HOST"
    #expect(events.notes == (isNetworkIsolated ? [] : [note]))
  }

  @Test("says when somebody removed it meanwhile")
  func removed() async throws {
    let step = step()
    runtime.leave { $0.workloads = [:] }
    let error = await #expect(throws: OrchestratorError.self) { try await step.run() }
    #expect(error?.message == "the workload of 'blog' was removed while it was starting")
  }

  @Test("ends with the start period, and tells the status, the cause and the last 20 lines")
  func unhealthy() async throws {
    runtime.workloadsAre(WorkloadState(phase: .running), printing: (1...30).map { "line \($0)" })
    answer(500)
    let error = await #expect(throws: OrchestratorError.self) { try await step(startPeriod: .zero).run() }
    #expect(error?.code == .unhealthy)
    let lines = (error?.message ?? "").split(separator: "\n")
    #expect(
      lines.first
        == "'blog' was not healthy after 0.0s (GET / on 127.0.0.1:15003 with host blog.localhost answered 500)")
    #expect(lines.dropFirst().first == "likely cause: the app itself fails; its last lines:")
    #expect(lines.dropFirst(2).map(String.init) == (11...30).map { "  | line \($0)" })
    #expect(error?.hint == "its log says why; logs: orchestrator logs blog --release v3")
  }

  @Test("asks often at first, then in the stack's own pace, until the start period is over")
  func pace() async throws {
    answer(500)
    let clock = PatientClock()
    var step = step(startPeriod: .seconds(1))
    step.clock = clock
    let start = clock.now
    await #expect(throws: OrchestratorError.self) { try await step.run() }
    #expect(start.duration(to: clock.now) > .seconds(1))
    #expect(clock.longest <= step.workload.stack.health.interval)
  }

  @Test("keeps nothing running that was not healthy")
  func notKept() async throws {
    answer(500)
    await #expect(throws: OrchestratorError.self) { try await step(startPeriod: .zero).run() }
    #expect(runtime.now.kept == [])
  }
}
