import Foundation
import Orchestrator

/// Shows a deployment as it happens: a line a step, and on a terminal the last lines of what a step prints.
final class DeployProgress {
  private let console: Console
  private let tail: LiveTail
  private let indent = "       "

  init(_ console: Console) {
    self.console = console
    tail = LiveTail(console.errors)
  }

  /// Shows all events, to the last.
  func show(_ events: DeploymentEvents) async {
    for await event in events { show(event) }
    end()
  }

  func show(_ event: DeploymentEvent) {
    if console.wantsJSON {
      console.jsonLine(event)
    } else if !console.isQuiet {
      tail.clear()
      print(event)
    }
  }

  /// Clears what is only shown while something is under way.
  private func end() { tail.clear() }

  private func print(_ event: DeploymentEvent) {
    switch event {
    case .started(let app, let stack, let release, let source, let runtime):
      console.progress(
        "Deploying \(app) (\(stack)) as \(release) from \(source.printable), with \(runtime.rawValue)", after: .begin)
    case .stepBegan: break
    case .output(let step, let line): show(line: prefix(step) + line)
    case .stepFinished(let step, let detail, let seconds):
      console.progress(row(step.name.short, seconds, prefix(step) + detail))
    case .note(let notice): console.progress(notice.text, after: .attention)
    case .stepUndone(let step, nil): console.progress("\(indent)undone     \(step)")
    case .stepUndone(let step, let failure?):
      console.progress("could not undo '\(step)': \(failure)", after: .failure)
    case .live(let release, let seconds):
      console.result("Live: \(release.url)   \(release.number)   \(brief(seconds))", after: .end)
    case .retired(let release, let detail, let seconds):
      console.progress(row("retire", seconds, "\(release) \(detail)"))
    case .reduced(_, let detail, let seconds): console.progress(row("reduce", seconds, detail))
    case .scaled(let release, let seconds):
      let counts = release.components.map { component in
        (component.name.map { "\($0) " } ?? "")
          + "\(component.instances) \(component.instances == 1 ? "instance" : "instances")"
      }
      console.result(
        "Scaled: \(release.url)   \(counts.joined(separator: ", "))   \(brief(seconds))", after: .end)
    }
  }

  /// Whose line it is, where an app has several components or instances.
  private func prefix(_ step: DeploymentStep) -> String { step.workload.map { "\($0): " } ?? "" }

  private func show(line: String) {
    if console.errors.isInteractive && !console.isVerbose {
      tail.append(line)
    } else {
      console.progress("\(indent)| \(line)")
    }
  }

  private func row(_ name: String, _ seconds: Double, _ detail: String) -> String {
    let time = brief(seconds)
    return indent + name.padded(to: 8) + String(repeating: " ", count: max(0, 7 - time.count)) + time + "  " + detail
  }

  private func brief(_ seconds: Double) -> String { String(format: "%.1fs", seconds) }
}

extension Console.Mark {
  fileprivate static let begin = Console.Mark(text: "-----> ", colour: "32;1")
  fileprivate static let end = Console.Mark(text: "=====> ", colour: "32;1")
  fileprivate static let failure = Console.Mark(text: " !     ", colour: "31;1")
}

extension StepName {
  /// The step in one word, for the column of a deployment's output.
  fileprivate var short: String {
    switch self {
    case .reservePort: "port"
    case .buildImage: "build"
    case .startWorkload: "start"
    case .awaitHealthy: "health"
    case .switchRoute: "switch"
    }
  }
}

/// The last lines of an output, redrawn in place on a terminal.
final class LiveTail {
  private static let height = 6
  private let terminal: Terminal
  private var lines: [String] = []
  private var drawn = 0

  init(_ terminal: Terminal) { self.terminal = terminal }

  func append(_ line: String) {
    lines = (lines + [line]).suffix(Self.height)
    let width = max(20, terminal.width - 10)
    let shown = lines.map { "       \u{1B}[2m| \($0.printableLines.prefix(width))\u{1B}[0m\n" }
    terminal.write(shown.joined())
    drawn = shown.count
  }

  /// Takes the lines off the screen: up as many lines as were drawn, then erase to its end.
  func clear() {
    if drawn > 0 { terminal.write("\u{1B}[\(drawn)A\u{1B}[J") }
    drawn = 0
  }
}
