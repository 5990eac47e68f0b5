import Foundation
import UnixSignals

/// The signals that ask a command to stop.
enum Interrupts {
  /// They arrive here instead of ending the program; one that our parent had ignored, as nohup does, stays ignored.
  static func sequence() async -> UnixSignalsSequence {
    let signals: [(UnixSignal, Int32)] = [(.sigint, SIGINT), (.sigterm, SIGTERM), (.sighup, SIGHUP)]
    return await UnixSignalsSequence(trapping: signals.filter { !isIgnored($0.1) }.map(\.0))
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
