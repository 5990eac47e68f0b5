import ArgumentParser

struct ProxyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proxy", abstract: "Look at the proxy in front of the apps, reload it, and stop it.",
    subcommands: [
      ProxyStatusCommand.self, ProxyShowCommand.self, ProxyReloadCommand.self, ProxyStopCommand.self,
    ])
}
