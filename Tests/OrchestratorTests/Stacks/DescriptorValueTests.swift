import Testing

@testable import Orchestrator
@testable import OrchestratorModel

@Suite("The formats of a descriptor's values")
struct DescriptorValueTests {
  @Test(
    "a duration is a number with its unit",
    arguments: [
      ("500ms", Duration.milliseconds(500)), ("10s", .seconds(10)), ("2m", .seconds(120)), ("0s", .zero),
      ("999999999s", .seconds(999_999_999)),
    ])
  func durations(text: String, expected: Duration) {
    #expect(Duration(parsing: text) == expected)
  }

  @Test(
    "what is not a duration is none", arguments: ["", "10", "s", "1h", "-1s", "1.5s", "10 s", "1e3s", "9999999999s"])
  func notDurations(text: String) {
    #expect(Duration(parsing: text) == nil)
  }

  @Test(
    "an amount of memory is a number of bytes, or has a unit of 1024",
    arguments: [
      ("1048576", 1_048_576), ("64k", 65536), ("512m", 536_870_912), ("512M", 536_870_912), ("512mb", 536_870_912),
      ("2g", 2_147_483_648), ("2GB", 2_147_483_648), ("100b", 100),
    ])
  func memory(text: String, bytes: Int) {
    #expect(ByteCount.parse(text) == bytes)
  }

  @Test(
    "what is not an amount of memory is none",
    arguments: ["", "0", "0m", "m", "-1m", "1.5g", "1t", "512 m", "9999999999999"])
  func notMemory(text: String) {
    #expect(ByteCount.parse(text) == nil)
  }

  @Test(
    "a path that stays inside its folder is one", arguments: ["a", "a/b.py", ".", ".env", "a..b", "*/manage.py", "ä/ö"])
  func paths(text: String) {
    #expect(RelativePath.isValid(text))
  }

  @Test(
    "a path that could lead out of its folder is none",
    arguments: ["", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "a\nb", "a\u{0}b"])
  func notPaths(text: String) {
    #expect(!RelativePath.isValid(text))
  }

  @Test("the path of a request starts with a slash", arguments: ["/", "/healthz", "/a/b?c=d&e=%20", "/~me/(x)"])
  func requestPaths(text: String) {
    #expect(RequestPath.isValid(text))
  }

  @Test(
    "what could end a request's first line is no path",
    arguments: ["", "healthz", "/a b", "/a\r\nHost: b", "/#top", "/\"", "http://x/", "/ä"])
  func notRequestPaths(text: String) {
    #expect(!RequestPath.isValid(text))
  }

  @Test(
    "an image has a repository, and perhaps a tag and a digest",
    arguments: ["busybox", "python:3.13-slim", "ghcr.io/a/b:1", "localhost:5000/x", "a@sha256:0123abcd"])
  func images(text: String) {
    #expect(ImageName.isValid(text))
  }

  @Test(
    "what Docker would read as more than an image is none", arguments: ["", "a b", "a AS b", "-x", "$BASE", "a\nRUN x"])
  func notImages(text: String) {
    #expect(!ImageName.isValid(text))
  }
}
