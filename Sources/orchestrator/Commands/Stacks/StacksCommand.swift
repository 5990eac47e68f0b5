import ArgumentParser

struct StacksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stacks", abstract: "Look at the stacks that apps can be deployed to.",
    subcommands: [StacksListCommand.self, StacksShowCommand.self, StacksValidateCommand.self])
}
