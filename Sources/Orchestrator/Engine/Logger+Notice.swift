import Logging
import OrchestratorModel

extension Logger {
  /// Logs a notice, with what a program may want to know of it beside the sentence.
  func log(_ notice: Notice) {
    var metadata: Metadata = ["notice.code": "\(notice.code.rawValue)"]
    metadata["app.name"] = notice.subject.app.map { "\($0)" }
    metadata["release.number"] = notice.subject.release.map { "\($0)" }
    metadata["component.name"] = notice.subject.component.map { "\($0)" }
    metadata["instance.number"] = notice.subject.instance.map { "\($0)" }
    for (key, value) in notice.context { metadata["notice.\(key)"] = "\(value)" }
    log(level: notice.severity.level, "\(notice.text)", metadata: metadata)
  }
}

extension Notice.Severity {
  fileprivate var level: Logger.Level {
    switch self {
    case .information: .info
    case .warning: .notice
    case .problem: .warning
    }
  }
}
