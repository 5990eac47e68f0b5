/// The parts of the Engine API's objects that we use, under the API's own names.
struct Created: Decodable {
  let Id: String
}

/// What POST /containers/create is told.
struct ContainerRequest: Encodable, Equatable {
  struct Restart: Encodable, Equatable {
    var Name: String
    static let never = Restart(Name: "no")
    static let unlessStopped = Restart(Name: "unless-stopped")
    static let always = Restart(Name: "always")
  }

  struct PortBinding: Encodable, Equatable {
    var HostIp: String
    var HostPort: String
  }

  struct LogSettings: Encodable, Equatable {
    var `Type`: String
    var Config: [String: String]
  }

  struct HostSettings: Encodable, Equatable {
    var Binds: [String] = []
    var PortBindings: [String: [PortBinding]] = [:]
    var NetworkMode: String?
    var RestartPolicy: Restart
    var CapDrop = ["ALL"]
    var SecurityOpt = ["no-new-privileges"]
    var Init = true
    var Memory: Int?
    var MemorySwap: Int?
    var NanoCpus: Int?
    var PidsLimit: Int?
    var ReadonlyRootfs = false
    /// Docker keeps a container's output itself; bounded, so that a talkative app cannot fill the disk.
    var LogConfig = LogSettings(Type: "json-file", Config: ["max-size": "10m", "max-file": "3"])
  }

  var Image: String
  var Entrypoint: [String]?
  var Cmd: [String]?
  var Env: [String] = []
  var User: String?
  var WorkingDir: String?
  var Labels: [String: String]
  var ExposedPorts: [String: [String: String]] = [:]
  var StopSignal: String?
  var StopTimeout: Int?
  var HostConfig: HostSettings
}

struct ContainerDetails: Decodable {
  struct State: Decodable {
    let Status: String
    let ExitCode: Int
    let OOMKilled: Bool
    let StartedAt: String
    let Pid: Int
    let Error: String
  }

  struct Config: Decodable {
    let Image: String
    let Labels: [String: String]?
    let User: String?
  }

  struct Host: Decodable {
    struct PortBinding: Decodable {
      let HostPort: String
    }

    let PortBindings: [String: [PortBinding]?]?
  }

  let Id: String
  let State: State
  let RestartCount: Int
  let Config: Config
  let HostConfig: Host?

  /// The port of this machine that it was made for.
  var hostPort: TCPPort? {
    let bindings = HostConfig?.PortBindings ?? [:]
    return bindings.values.flatMap { $0 ?? [] }.lazy.compactMap { Int($0.HostPort).flatMap(TCPPort.init) }.first
  }
}

struct ContainerSummary: Decodable {
  struct Host: Decodable {
    let NetworkMode: String?
  }

  struct Attachments: Decodable {
    struct Endpoint: Decodable {
      /// Empty while the container does not run.
      let IPAddress: String?
    }

    let Networks: [String: Endpoint]?
  }

  struct Port: Decodable {
    let PrivatePort: Int
  }

  let Id: String
  let Names: [String]
  let State: String?
  let Labels: [String: String]?
  let HostConfig: Host?
  let NetworkSettings: Attachments?
  let Ports: [Port]?

  /// Its name, which Docker writes with a `/` before it.
  var name: String? { Names.first.map { String($0.drop { $0 == "/" }) } }

  /// The port on which it listens, if it was made for one.
  var port: TCPPort? { Ports?.first.flatMap { TCPPort($0.PrivatePort) } }

  /// Its address in a network, if it has one there.
  func address(in network: String) -> String? { NetworkSettings?.Networks?[network]?.IPAddress?.nonEmpty }
}

/// What POST /networks/create is told.
struct NetworkRequest: Encodable, Equatable {
  struct Addresses: Encodable, Equatable {
    struct Pool: Encodable, Equatable {
      let Subnet: String
    }

    let Config: [Pool]
  }

  let Name: String
  var CheckDuplicate = true
  var Driver = "bridge"
  let Labels: [String: String]
  let IPAM: Addresses?
  let EnableIPv6: Bool
  let Options: [String: String]
}

struct NetworkDetails: Decodable {
  /// A container that runs there.
  struct Member: Decodable {}

  let Id: String
  let Labels: [String: String]?
  /// By their ids.
  let Containers: [String: Member]?
}

struct ImageSummary: Decodable {
  let RepoTags: [String]?
  let Labels: [String: String]?
}

struct ContainerProcesses: Decodable {
  let Titles: [String]
  /// Null for a container that has none at this moment, as one that is just starting or has just ended.
  let Processes: [[String]]?
}

struct ImageDetails: Decodable {
  struct Config: Decodable {
    let Labels: [String: String]?
  }

  let Id: String
  let Config: Config?
  /// In bytes, with those of its base.
  let Size: Int?
}

struct DockerInfo: Decodable {
  let DockerRootDir: String?
}

struct ExecRequest: Encodable {
  var AttachStdout = true
  var AttachStderr = true
  let Cmd: [String]
  let User: String
}

struct ExecResult: Decodable {
  let ExitCode: Int?
}

struct WaitResult: Decodable {
  let StatusCode: Int
}
