/// Everything that a deployment will do for one component of an app, decided before it does anything.
///
/// It is built once, and becomes one workload or several of them, its instances. An app whose stack is not made of components has a
/// single component, which needs no name.
package struct ComponentPlan: Sendable, Equatable, Codable {
  package let app: AppName
  package private(set) var release: ReleaseNumber
  /// The release that its build was made for; nil when that is this one.
  package internal(set) var builtFor: ReleaseNumber?
  /// Which component of the app it is; nil when the app's stack is not made of components.
  package let component: ComponentName?
  /// The component's stack. In an app of several its public port is the app's.
  package let stack: StackDescriptor
  /// The host name at which clients reach the app.
  package let host: String
  /// The folder with the component's source.
  package let sourceFolder: String
  /// The values of the stack's variables, and `app`.
  package let variables: [String: String]
  /// What the person should know before the app is deployed.
  package let advice: [String]
  /// The path that the health check asks for.
  package let healthPath: String
  /// The base image of the build; nil when the app brings its own Dockerfile.
  package let baseImage: String?
  /// The base image of what runs; nil when that is the image that was built on.
  package let runBaseImage: String?
  /// Environment variables of the build that a person asked for.
  package let buildEnvironment: [String: String]
  /// What the names of all things of this installation start with.
  package let namespace: String
  /// Where the release runs.
  package let runtime: RuntimeName
  /// How many processes and threads all components of the app may have together; nil until all of them are put together.
  package internal(set) var appProcesses: Int?
  /// How many workloads of it run side by side.
  package internal(set) var instances = 1
  /// What requests to it may be.
  package internal(set) var http = RequestPolicy.standard
  /// The number that stands for the app among all apps of the installation; nil until the release is entered in the store.
  package private(set) var appNumber: Int?

  package init(
    app: AppName, release: ReleaseNumber = .first, component: ComponentName?, stack: StackDescriptor, host: String,
    sourceFolder: String, variables: [String: String], advice: [String], healthPath: String, baseImage: String?,
    runBaseImage: String?, buildEnvironment: [String: String], namespace: String, runtime: RuntimeName,
    instances: Int = 1, http: RequestPolicy, appNumber: Int? = nil
  ) {
    (self.app, self.release, self.component) = (app, release, component)
    (self.stack, self.host, self.sourceFolder) = (stack, host, sourceFolder)
    (self.variables, self.advice, self.healthPath) = (variables, advice, healthPath)
    (self.baseImage, self.runBaseImage) = (baseImage, runBaseImage)
    (self.buildEnvironment, self.namespace, self.runtime) = (buildEnvironment, namespace, runtime)
    (self.instances, self.http, self.appNumber) = (instances, http, appNumber)
  }

  /// The name of the image that it runs from.
  package var image: String { build.image(in: namespace) }
  /// What the names of its workloads begin with.
  package var name: String { "\(namespace)-\(app)-\(component.version(of: release))" }
  /// The address at which clients reach the app.
  package var url: String { "http://\(host):\(stack.publicPort)" }
  /// The component at the head of a line: `shop v14`, or `shop v14 backend`.
  package var label: String { "\(app) \(release)" + (component.map { " \($0)" } ?? "") }
  /// The component in the words of a message: `'shop'`, or `the backend of 'shop'`.
  package var title: String { component.title(in: app) }
}

extension ComponentPlan {
  /// The same plan for another release, of the app that has this number.
  package func numbered(_ release: ReleaseNumber, app number: Int) -> ComponentPlan {
    var plan = self
    (plan.release, plan.appNumber) = (release, number)
    return plan
  }

  /// The same plan in an app whose components may have so many processes together.
  package func sharing(_ processes: Int) -> ComponentPlan {
    var plan = self
    plan.appProcesses = processes
    return plan
  }

  /// The folder, relative to the source, in which the app starts.
  package var runFolder: String { stack.run.folder.filled(with: variables) }

  /// The folder, relative to the built source, of the pages that are served, if they are.
  package var pagesFolder: String? { stack.run.serve?.folder.filled(with: variables) }

  /// The file, relative to the built source, that answers when there is no other, if there is to be one.
  package var fallbackPage: String? {
    pagesFolder.flatMap { folder in stack.run.serve?.fallback.map { "\(folder)/\($0)" } }
  }

  /// The port on which the app listens inside a container.
  ///
  /// - Throws: ``OrchestratorError`` with the code `invalid_input` when the stack's variables gave no port.
  package func containerPort() throws -> TCPPort {
    let text = stack.run.port.filled(with: variables)
    guard let port = Int(text).flatMap(TCPPort.init) else {
      throw OrchestratorError(.invalidInput, "\(text.quoted) cannot be the port on which \(title) listens")
    }
    return port
  }
}
