@_silgen_name("setfsuid") private func setfsuid(_ user: UInt32) -> Int32

/// Runs `body` with the rights of nobody on the file system, so that permissions mean something even to root's tests.
///
/// Only the calling thread is concerned, and only while `body` runs. Without root's rights nothing needs to change.
func asNobody<Result>(_ body: () throws -> Result) rethrows -> Result {
  let own = setfsuid(65534)
  defer { _ = setfsuid(UInt32(bitPattern: own)) }
  return try body()
}
