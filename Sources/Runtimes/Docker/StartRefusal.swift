import OrchestratorModel
import OrchestratorDockerEngine

extension DockerClient.Refusal {
  /// What is said when Docker does not start the container of a workload.
  func startFailure(of workload: WorkloadPlan, on port: TCPPort, in network: ContainerNetwork) -> OrchestratorError {
    func failure(_ message: String, hint: String? = nil) -> OrchestratorError {
      OrchestratorError(.startFailed, message, hint: hint, underlying: self)
    }
    if message.contains("port is already allocated") || message.contains("address already in use") {
      return failure(
        "port \(port) on 127.0.0.1 was taken at the last moment", hint: "deploy again: another port will be chosen")
    }
    if message.contains("no space left on device") { return .diskFull(while: "starting the container", self) }
    if message.contains("no available IPv4 addresses") {
      return failure(
        "all addresses of the network \(network.name.quoted) are in use",
        hint: "destroy an app; the setting containerNetwork names more addresses, for when no app runs in a container")
    }
    // A bridge of Linux has 1,023 ports (linux, net/bridge/br_private.h, BR_PORT_BITS); the next one gets EXFULL.
    if message.contains("exchange full") {
      return failure(
        "the network \(network.name.quoted) has as many containers as Linux lets a bridge have, which is 1,023",
        hint: "destroy an app, deploy with --runtime process, or use a second installation with another namespace")
    }
    return failure("the container of \(workload.title) could not be started: \(message.printable)")
  }
}
