import Testing

@Suite("The points of a command that are tried")
struct PointSampleTests {
  /// Forty points of four kinds, one of which comes once.
  private static let names = (1...40).map { number in
    number == 7
      ? "process kept" : "\(number % 2 == 0 ? "after" : "before") \(["store", "step", "command"][number % 3]) \(number)"
  }

  @Test("are all of them, in as many runs as lie between two of one run")
  func together() {
    let tried = (0..<8).flatMap { PointSample(seed: $0, stride: 8).points(Self.names) }
    #expect(Set(tried.map(\.number)) == Set(1...40))
    #expect(PointSample.everyPoint.points(Self.names).map(\.name) == Self.names)
  }

  @Test("are of every kind, whatever the commit", arguments: [-3, 0, 1, 7, 4_711, 268_435_455])
  func kinds(seed: Int) {
    let tried = PointSample(seed: seed, stride: 8).points(Self.names)
    #expect(Set(tried.map(\.kind)) == ["process", "store", "step", "command"])
    #expect((5...8).contains(tried.count) && tried.map(\.number) == tried.map(\.number).sorted())
  }

  @Test("can be some of them only")
  func some() {
    let sample = PointSample(seed: 1, stride: 2)
    #expect(sample.points(Self.names) { $0.number > 36 }.map(\.number) == [38, 39, 40])
  }
}
