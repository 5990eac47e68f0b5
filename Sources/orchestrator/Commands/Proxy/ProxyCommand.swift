import ArgumentParser

struct ProxyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy", abstract: "Look at the proxy in front of the apps, and stop it.",
    subcommands: [ProxyStatusCommand.self, ProxyStopCommand.self])
}
