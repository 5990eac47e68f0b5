import ArgumentParser
import Foundation
import Orchestrator
import UnixSignals

/// A command that can fail with an error for people, and that Ctrl-C interrupts in good order.
protocol EngineCommand: AsyncParsableCommand, Sendable {
  var global: GlobalOptions { get }

  /// Does what the command is for.
  func execute(_ console: Console) async throws
}

extension EngineCommand {
  mutating func run() async throws {
    let command = self
    let console = Console(global)
    signal(SIGPIPE, SIG_IGN)
    let work = Task { try await command.execute(console) }
    let interrupts = Task { await Self.cancel(work, onSignalsAnnouncedOn: console) }
    defer { interrupts.cancel() }
    do {
      try await work.value
    } catch let error as OrchestratorError {
      console.show(error)
      throw ExitCode(ExitStatus(error).rawValue)
    } catch is CancellationError {
      throw ExitCode(ExitStatus.interrupted.rawValue)
    }
  }

  private static func cancel(_ work: Task<Void, any Error>, onSignalsAnnouncedOn console: Console) async {
    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) {
      console.progress("\n !     interrupted: undoing what was begun")
      work.cancel()
    }
  }
}
