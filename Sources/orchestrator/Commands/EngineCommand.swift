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
    } catch let exit as ExitCode {
      throw exit
    } catch {
      let failure = OrchestratorError.wrapping(error)
      console.show(failure)
      throw ExitCode(ExitStatus(failure).rawValue)
    }
  }

  /// The engine, with what others left who died put in order first; what came of that is said.
  func tendedEngine(_ console: Console) async throws -> DeploymentEngine {
    let engine = try DeploymentEngine(await global.configuration())
    for sentence in await engine.tend() { console.warn(sentence) }
    return engine
  }

  /// Runs `work`, which a signal cancels; it then ends in its own time, with everything in order.
  private func interruptibly(_ work: @escaping @Sendable () async throws -> Void) async throws {
    let notice = interruptNotice
    let task = Task { try await work() }
    let interrupts = Task {
      for await _ in await Interrupts.sequence() {
        if let notice { Terminal.standardError.print("\n !     interrupted: \(notice)") }
        task.cancel()
      }
    }
    defer { interrupts.cancel() }
    try await task.value
  }
}
