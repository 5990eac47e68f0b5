import Glibc

/// What must not depend on the shell, the timer or the service that a command was started from: an app outlives it, and is started again by
/// another.
extension Sandbox {
  /// How many files and connections a process may have open: as many as any server of one app needs, also one that does not raise its own
  /// limit (most do not, and the 1024 of a login are soon used up), and few enough for programs that walk through all numbers at their start.
  private static let plenty: rlim_t = 65536

  /// The number of open files that apps, builds and nginx get: 65536, or what a user other than root may have at most.
  ///
  /// Root's own upper limit is raised to that; it changes nothing for ourselves.
  package static let mostOpenFiles: Int = {
    let own = limit(RLIMIT_NOFILE)
    if own.rlim_max < plenty { set(RLIMIT_NOFILE, rlimit(rlim_cur: own.rlim_cur, rlim_max: plenty)) }
    return Int(min(limit(RLIMIT_NOFILE).rlim_max, plenty))
  }()

  /// Gives this process, and all that it starts from now on, limits of their own in place of those of the process that started it: of open
  /// files, of processor time, and of the sizes of files and memory, of which an app has its own.
  static func takeOwnLimits() {
    let files = rlim_t(mostOpenFiles)
    set(RLIMIT_NOFILE, rlimit(rlim_cur: files, rlim_max: files))
    for resource in [RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_AS] {
      let unlimited = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
      let most = limit(resource).rlim_max
      if !set(resource, unlimited) { set(resource, rlimit(rlim_cur: most, rlim_max: most)) }
    }
    // That of a timer's command, for one.
    if getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) > 0 {
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 0)
    }
  }

  private static func limit(_ resource: __rlimit_resource) -> rlimit {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
      ? limit : rlimit(rlim_cur: 1024, rlim_max: 1024)
  }

  @discardableResult
  private static func set(_ resource: __rlimit_resource, _ limit: rlimit) -> Bool {
    var limit = limit
    return setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
  }
}
