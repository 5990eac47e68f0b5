import ArgumentParser
import Foundation
import Orchestrator
import UnixSignals

/// A command that can fail with an error for people, and that Ctrl-C interrupts in good order.
protocol EngineCommand: AsyncParsableCommand, Sendable {
  var global: GlobalOptions { get }

  /// What Ctrl-C says; nil for a command that it simply ends.
  var interruptNotice: String? { get }

  /// Asks the person what must be known; Ctrl-C ends the program at once here.
  func ask(_ console: Console) async throws

  /// Does what the command is for.
  func execute(_ console: Console) async throws
}

extension EngineCommand {
  var interruptNotice: String? { nil }

  func ask(_ console: Console) async throws {}

  mutating func run() async throws {
    let command = self
    let console = Console(global)
    signal(SIGPIPE, SIG_IGN)
    do {
      try await command.ask(console)
      try await command.interruptibly { try await command.execute(console) }
      try console.checkWritten()
    } catch let exit as ExitCode {
      // What is wrong beside that says more than a status of its own would.
      do { try console.checkWritten() } catch { console.show(.wrapping(error)) }
      throw exit
    } catch {
      let failure = OrchestratorError.wrapping(error)
      console.show(failure)
      throw ExitCode(ExitStatus(failure).rawValue)
    }
  }

  /// The engine; what it puts in order that others left who died is said.
  func engine(_ console: Console) async throws -> DeploymentEngine {
    var configuration = try await global.configuration()
    configuration.notice = { console.warn($0.text) }
    return try DeploymentEngine(configuration)
  }

  /// The engine, for a command that looks: what others left who died is put in order before, and said.
  func recoveredEngine(_ console: Console) async throws -> DeploymentEngine {
    let engine = try await engine(console)
    for notice in await engine.recoverPending() { console.warn(notice.text) }
    return engine
  }

  /// Runs `work`, which a signal cancels; it then ends in its own time, with everything in order.
  private func interruptibly(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let notice = interruptNotice
    // Before anything is begun: a signal would end the program in the middle of it.
    let signals = await Interrupts.sequence()
    let task = Task { try await work() }
    let interrupts = Task {
      for await _ in signals {
        if let notice { Terminal.standardError.print("\n !     interrupted: \(notice)") }
        task.cancel()
      }
    }
    defer { interrupts.cancel() }
    try await task.value
  }
}
