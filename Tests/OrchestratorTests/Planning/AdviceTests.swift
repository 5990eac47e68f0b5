import Testing

@testable import Orchestrator
@testable import OrchestratorPlanning

@Suite("What a person is told before a Django project is deployed")
struct AdviceTests {
  private func advice(_ settings: String, in file: String) throws -> [String] {
    let source = AppSource(
      "", ["web/manage.py": #"("DJANGO_SETTINGS_MODULE", "shop.settings")"#, "web/\(file)": settings], [:])
    return try source.detected(by: "django") { detector in
      try detector.advice(knowing: detector.values(settingByHand: [:]))
    }
  }

  @Test(
    "a database file in the app's folder does not last",
    arguments: ["shop/settings.py", "shop/settings/base.py", "settings.py"])
  func sqlite(file: String) throws {
    let told = try advice("DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n", in: file)
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("the settings use SQLite: ") == true)
    #expect(told.first?.contains("\n") == false)
  }

  @Test("a database server is nothing to speak of, nor is a comment")
  func nothing() throws {
    #expect(try advice("'ENGINE': 'django.db.backends.postgresql'", in: "shop/settings.py") == [])
    #expect(try advice("# 'ENGINE': 'django.db.backends.sqlite3'", in: "shop/settings.py") == [])
  }
}
