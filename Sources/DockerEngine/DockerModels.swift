package import OrchestratorModel

/// The parts of the Engine API's objects that we use, under the API's own names.
package struct Created: Decodable {
  package let Id: String
}

/// What POST /containers/create is told.
package struct ContainerRequest: Encodable, Equatable {
  package struct Restart: Encodable, Equatable {
    package var Name: String
    package static let never = Restart(Name: "no")
    package static let unlessStopped = Restart(Name: "unless-stopped")
    package static let always = Restart(Name: "always")
  }

  package struct PortBinding: Encodable, Equatable {
    package var HostIp: String
    package var HostPort: String

    package init(HostIp: String, HostPort: String) {
      (self.HostIp, self.HostPort) = (HostIp, HostPort)
    }
  }

  struct LogSettings: Encodable, Equatable {
    var `Type`: String
    package var Config: [String: String]
  }

  package struct HostSettings: Encodable, Equatable {
    package var Binds: [String] = []
    package var PortBindings: [String: [PortBinding]] = [:]
    package var NetworkMode: String?
    package var RestartPolicy: Restart
    var CapDrop = ["ALL"]
    var SecurityOpt = ["no-new-privileges"]
    package var Init = true
    package var Memory: Int?
    package var MemorySwap: Int?
    package var NanoCpus: Int?
    package var PidsLimit: Int?
    package var ReadonlyRootfs = false
    /// Docker keeps a container's output itself; bounded, so that a talkative app cannot fill the disk.
    var LogConfig = LogSettings(Type: "json-file", Config: ["max-size": "10m", "max-file": "3"])

    package init(
      Binds: [String] = [], PortBindings: [String: [PortBinding]] = [:], NetworkMode: String? = nil,
      RestartPolicy: Restart, Init: Bool = true, Memory: Int? = nil, MemorySwap: Int? = nil, NanoCpus: Int? = nil,
      PidsLimit: Int? = nil, ReadonlyRootfs: Bool = false
    ) {
      (self.Binds, self.PortBindings, self.NetworkMode) = (Binds, PortBindings, NetworkMode)
      self.RestartPolicy = RestartPolicy
      (self.Init, self.Memory, self.MemorySwap) = (Init, Memory, MemorySwap)
      (self.NanoCpus, self.PidsLimit, self.ReadonlyRootfs) = (NanoCpus, PidsLimit, ReadonlyRootfs)
    }
  }

  package var Image: String
  package var Entrypoint: [String]?
  package var Cmd: [String]?
  package var Env: [String] = []
  package var User: String?
  package var WorkingDir: String?
  package var Labels: [String: String]
  package var ExposedPorts: [String: [String: String]] = [:]
  package var StopSignal: String?
  package var StopTimeout: Int?
  package var HostConfig: HostSettings

  package init(
    Image: String, Entrypoint: [String]? = nil, Cmd: [String]? = nil, Env: [String] = [], User: String? = nil,
    WorkingDir: String? = nil, Labels: [String: String], ExposedPorts: [String: [String: String]] = [:],
    StopSignal: String? = nil, StopTimeout: Int? = nil, HostConfig: HostSettings
  ) {
    (self.Image, self.Entrypoint, self.Cmd) = (Image, Entrypoint, Cmd)
    (self.Env, self.User, self.WorkingDir) = (Env, User, WorkingDir)
    (self.Labels, self.ExposedPorts, self.StopSignal) = (Labels, ExposedPorts, StopSignal)
    (self.StopTimeout, self.HostConfig) = (StopTimeout, HostConfig)
  }
}

package struct ContainerDetails: Decodable {
  package struct State: Decodable {
    package let Status: String
    package let ExitCode: Int
    package let OOMKilled: Bool
    package let StartedAt: String
    package let Pid: Int
    package let Error: String
  }

  package struct Config: Decodable {
    package let Image: String
    package let Labels: [String: String]?
    package let User: String?
  }

  package struct Host: Decodable {
    package struct PortBinding: Decodable {
      package let HostPort: String
    }

    package let PortBindings: [String: [PortBinding]?]?
  }

  package let Id: String
  package let State: State
  package let RestartCount: Int
  package let Config: Config
  package let HostConfig: Host?

  /// The port of this machine that it was made for.
  package var hostPort: TCPPort? {
    let bindings = HostConfig?.PortBindings ?? [:]
    return bindings.values.flatMap { $0 ?? [] }.lazy.compactMap { Int($0.HostPort).flatMap(TCPPort.init) }.first
  }
}

package struct ContainerSummary: Decodable {
  package struct Host: Decodable {
    package let NetworkMode: String?
  }

  struct Attachments: Decodable {
    package struct Endpoint: Decodable {
      /// Empty while the container does not run.
      let IPAddress: String?
    }

    let Networks: [String: Endpoint]?
  }

  package struct Port: Decodable {
    let PrivatePort: Int
  }

  package let Id: String
  let Names: [String]
  package let State: String?
  package let Labels: [String: String]?
  package let HostConfig: Host?
  let NetworkSettings: Attachments?
  let Ports: [Port]?

  /// Its name, which Docker writes with a `/` before it.
  package var name: String? { Names.first.map { String($0.drop { $0 == "/" }) } }

  /// The port on which it listens, if it was made for one.
  package var port: TCPPort? { Ports?.first.flatMap { TCPPort($0.PrivatePort) } }

  /// Its address in a network, if it has one there.
  package func address(in network: String) -> String? { NetworkSettings?.Networks?[network]?.IPAddress?.nonEmpty }
}

/// What POST /networks/create is told.
package struct NetworkRequest: Encodable, Equatable {
  package struct Addresses: Encodable, Equatable {
    package struct Pool: Encodable, Equatable {
      package let Subnet: String

      package init(Subnet: String) {
        self.Subnet = Subnet
      }
    }

    package let Config: [Pool]

    package init(Config: [Pool]) {
      self.Config = Config
    }
  }

  package let Name: String
  var CheckDuplicate = true
  var Driver = "bridge"
  package let Labels: [String: String]
  package let IPAM: Addresses?
  package let EnableIPv6: Bool
  package let Options: [String: String]

  package init(
    Name: String, CheckDuplicate: Bool = true, Driver: String = "bridge", Labels: [String: String], IPAM: Addresses?,
    EnableIPv6: Bool, Options: [String: String]
  ) {
    (self.Name, self.CheckDuplicate, self.Driver) = (Name, CheckDuplicate, Driver)
    (self.Labels, self.IPAM, self.EnableIPv6) = (Labels, IPAM, EnableIPv6)
    self.Options = Options
  }
}

package struct NetworkDetails: Decodable {
  /// A container that runs there.
  package struct Member: Decodable {}

  package let Id: String
  package let Labels: [String: String]?
  /// By their ids.
  package let Containers: [String: Member]?
}

package struct ImageSummary: Decodable {
  package let RepoTags: [String]?
  package let Labels: [String: String]?
}

package struct ContainerProcesses: Decodable {
  package let Titles: [String]
  /// Null for a container that has none at this moment, as one that is just starting or has just ended.
  package let Processes: [[String]]?
}

package struct ImageDetails: Decodable {
  package struct Config: Decodable {
    package let Labels: [String: String]?
  }

  package let Id: String
  package let Config: Config?
  /// In bytes, with those of its base.
  package let Size: Int?
}

package struct DockerInfo: Decodable {
  package let DockerRootDir: String?
}

package struct ExecRequest: Encodable {
  var AttachStdout = true
  var AttachStderr = true
  package let Cmd: [String]
  package let User: String
}

package struct ExecResult: Decodable {
  package let ExitCode: Int?
}

package struct WaitResult: Decodable {
  let StatusCode: Int
}
