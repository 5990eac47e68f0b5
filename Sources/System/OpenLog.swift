import Foundation
import Glibc

/// A file of a log that is open, while a program that is not trusted writes to it: it can be made longer or shorter at any moment, and
/// have holes.
package struct OpenLog: Sendable {
  /// How much of a file is read at once, in bytes.
  package static let piece = 256 << 10
  /// How much of a file is ever read, in bytes: the last of what was written.
  package static let most = 30 << 20
  /// How many parts of a file are told apart that holes lie between.
  private static let mostParts = 100_000

  private let handle: FileHandle
  private var descriptor: CInt { handle.fileDescriptor }

  /// Opens the file at `path`; nil when there is none, or something else is there.
  ///
  /// Nothing of the program's can keep us waiting here, such as a lease on its file (fcntl(2), F_SETLEASE).
  package init?(_ path: String, forChange: Bool = false) {
    let access = forChange ? O_RDWR : O_RDONLY
    let descriptor = open(path, access | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard facts.st_mode & S_IFMT == S_IFREG else { return nil }
  }

  private var facts: stat {
    var facts = stat()
    fstat(descriptor, &facts)
    return facts
  }

  /// How long the file is, in bytes, with its holes.
  package var size: Int { Int(facts.st_size) }

  /// What tells the file from every other that is there at the same time.
  var identity: UInt64 { UInt64(facts.st_ino) }

  /// Whether more than `limit` bytes were written to the file, or much more than that are set aside for it on the disk. Holes do not
  /// count, and file systems set aside some more than was written by themselves.
  func exceeds(_ limit: Int) -> Bool {
    let facts = facts
    let disk = Int(facts.st_blocks) * 512
    return min(Int(facts.st_size), disk) > limit || disk > limit * 4 + (1 << 20)
  }
}

/// Reading.
extension OpenLog {
  // What Linux has, and Swift's Glibc has not (lseek(2)).
  private static let seekData: CInt = 3
  private static let seekHole: CInt = 4

  /// Where something was written in `range`, in order: of gigabytes that no program wrote none is read.
  package func written(in range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var place = range.lowerBound
    while place < range.upperBound, let start = nextWritten(from: place), start < range.upperBound {
      let isLast = parts.count == Self.mostParts - 1
      place = isLast ? range.upperBound : min(nextHole(from: start), range.upperBound)
      parts.append(start..<place)
    }
    return parts
  }

  /// A file system that cannot tell has no holes.
  private func nextWritten(from place: Int) -> Int? {
    let found = lseek(descriptor, place, Self.seekData)
    return found >= 0 ? found : errno == ENXIO ? nil : place
  }

  private func nextHole(from place: Int) -> Int {
    let found = lseek(descriptor, place, Self.seekHole)
    return found > place ? found : .max
  }

  /// The bytes at the beginning of `range`, as many as are read at once; none where the file has become shorter.
  package func bytes(in range: Range<Int>) -> [UInt8] {
    let count = min(range.count, Self.piece)
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
      read = max(0, pread(descriptor, buffer.baseAddress, count, range.lowerBound))
    }
  }

  /// What stands in `ranges`, piece by piece.
  func pieces(of ranges: [Range<Int>]) -> some Sequence<[UInt8]> {
    ranges.lazy.flatMap { range in
      sequence(state: range.lowerBound) { place in
        let piece = bytes(in: place..<range.upperBound)
        place += piece.count
        return piece.isEmpty ? nil : piece
      }
    }
  }
}

/// Making the file shorter.
extension OpenLog {
  private typealias Allocate = @convention(c) (CInt, CInt, off_t, off_t) -> CInt
  // Swift's Glibc has only what POSIX has.
  private static let allocate = dlsym(nil, "fallocate").map { unsafeBitCast($0, to: Allocate.self) }
  /// FALLOC_FL_COLLAPSE_RANGE
  private static let collapse: CInt = 8

  /// How many of the first `size` bytes can be taken out of the front of the file: whole blocks, and never all that there is.
  func removable(of size: Int) -> Int {
    let block = max(1, Int(facts.st_blksize))
    return max(0, size - 1) / block * block
  }

  /// Takes the first `count` bytes out of the file, whose other bytes move up; tells whether the file system can do that, as ext4 and
  /// XFS can (fallocate(2)).
  package func removeFirst(_ count: Int) -> Bool {
    count > 0 && Self.allocate?(descriptor, Self.collapse, 0, count) == 0
  }

  /// Takes everything out of the file, and gives back what was set aside for it.
  package func removeAll() { ftruncate(descriptor, 0) }
}

extension [Range<Int>] {
  /// How many bytes there are in all of the ranges.
  var bytes: Int { reduce(0) { $0 + $1.count } }

  /// The last `count` bytes of the ranges.
  func last(_ count: Int) -> [Range<Int>] {
    var left = count
    var parts: [Range<Int>] = []
    for range in reversed() where left > 0 {
      parts.append(range.suffix(left))
      left -= range.count
    }
    return parts.reversed()
  }
}
