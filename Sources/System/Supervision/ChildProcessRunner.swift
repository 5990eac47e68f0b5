import Foundation
import OrchestratorModel
package import Subprocess
import SystemPackage

/// Runs programs as child processes.
package struct ChildProcessRunner: CommandRunner {
  /// How long a cancelled program may take to stop before it is killed.
  package var grace: Duration = .seconds(5)

  package init() {}

  package func run(_ command: Command, receive: (String) async -> Void) async throws -> Int {
    try await FaultPoint.around("command \(command.name)") { try await runToEnd(command, receive: receive) }
  }

  private func runToEnd(_ command: Command, receive: (String) async -> Void) async throws -> Int {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
    var members = command.members
    let status: TerminationStatus
    do {
      status = try await Subprocess.run(
        command.executable, arguments: Arguments(command.arguments), environment: command.wholeEnvironment,
        workingDirectory: command.folder.map { FilePath($0) }, platformOptions: options,
        input: .none, output: .sequence, error: .combinedWithOutput
      ) { execution in
        let program = ProcessIdentity(started: execution.processIdentifier)
        members.leader = program
        try await read(execution.standardOutput, of: program, receive: receive)
      }.terminationStatus
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw OrchestratorError(
        .notFound, "there is no program \(command.program.quoted) on the PATH", hint: "install it", underlying: error)
    }
    if Task.isCancelled || command.isOfBuild { await members.stop(SIGTERM, grace: Self.lastGrace) }
    try Task.checkCancellation()
    return status.code
  }

  /// How long those may take to stop that outlived the program; that had its own time.
  private static let lastGrace = Duration.seconds(1)

  /// Reads until the output ends, or the program has ended: what it left running may print for ever. That goes for a cancelled task as well,
  /// so that a program which prints while it stops is not ended by that.
  private func read(
    _ sequence: SubprocessOutputSequence, of program: ProcessIdentity, receive: (String) async -> Void
  ) async throws {
    var (output, lines, isOver) = (sequence.makeAsyncIterator(), LineSplitter(heedsReturns: true), false)
    while !isOver {
      // One more piece is read then, which is all that is in the pipe.
      isOver = !program.isAlive
      guard let piece = try await output.next() else {
        // A cancelled task is told of an end when nothing is there at this moment.
        if !Task.isCancelled { break }
        await uncancelled { try? await Task.sleep(for: .milliseconds(5)) }
        continue
      }
      var rest = piece.withUnsafeBytes { Array($0) }[...]
      while !rest.isEmpty, !Task.isCancelled {
        for line in lines.lines(in: rest.prefix(Self.atOnce)) { await receive(line) }
        rest = rest.dropFirst(Self.atOnce)
        // What prints for ever never has us wait: others, such as who notices Ctrl-C, would not get a thread.
        await Task.yield()
      }
    }
    if let rest = lines.rest() { await receive(rest) }
  }

  /// How many bytes of output are worked on before others have their turn.
  private static let atOnce = 512
}

extension ProcessIdentity {
  /// A process that we have just started.
  package init(started process: ProcessIdentifier) {
    let id = Int(process.value)
    // One that has ended before it could be looked at has no time of start.
    self = ProcessIdentity(id: id) ?? ProcessIdentity(id: id, start: 0)
  }
}

extension TerminationStatus {
  /// The exit status; a signal counts as 128 + its number.
  package var code: Int {
    switch self {
    case .exited(let code): Int(code)
    case .signaled(let signal): 128 + Int(signal)
    }
  }
}

extension Command {
  package var executable: Executable { program.hasPrefix("/") ? .path(FilePath(program)) : .name(program) }

  var wholeEnvironment: Subprocess.Environment {
    let own = Dictionary(
      uniqueKeysWithValues: environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) })
    return inheritsEnvironment ? .inherit.updating(own.mapValues(Optional.some)) : .custom(own)
  }
}
