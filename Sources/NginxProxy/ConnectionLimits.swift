/// What nginx counts of the requests under way, over all of its workers, and how many are too many.
///
/// nginx counts a request when it has its header (a client that does not get that far has 15 s for it, see the main file), until it is
/// answered to the end; a WebSocket until it is closed.
package struct ConnectionLimits: Sendable {
  package let capacity: ProxyCapacity
  package let generation: Int

  /// Each generation counts in zones of its own, as each has workers of its own. nginx does not take back what a worker had counted that
  /// was killed; and where the same zone gets another key or size, `nginx -t` is silent, and the reload is refused.
  private func zone(_ name: String) -> String { "\(name)_\(generation)" }

  /// For all servers: who is counted, and by what. The zones have room for 64 bytes, or 128 for an app, of all with a request under way.
  package var text: String {
    """
        # The addresses of this machine itself.
        geo $is_loopback {
            default 0;
            127.0.0.0/8 1;
            ::1 1;
        }
        # A client has one address, or with IPv6 as many as there are in 64 bits.
        map $binary_remote_addr $client_network {
            default $binary_remote_addr;
            "~(?s)^(?<network>.{8}).{8}$" $network;
        }
        # What is empty is not counted: nginx's own machine is one client, and a proxy that is trusted is none.
        map "$is_trusted:$is_loopback" $counted_client {
            default '';
            0:0 $client_network;
        }
        map "$is_trusted:$is_loopback" $counted_machine {
            default '';
            0:1 local;
        }
        # nginx looks at this one last, when no other bound is reached: that a part of an app is named says that it has too many requests.
        map "$routed_app/$routed_part" $counted_part {
            default '';
            "~^(?<named_part>[^/]+/.*)$" $named_part;
        }
        map $named_part $limited_page {
            default 503;
            '' \(ProxyPages.tooManyPage);
        }
        limit_conn_zone $counted_client zone=\(zone("clients")):16m;
        limit_conn_zone $counted_machine zone=\(zone("machine")):64k;
        limit_conn_zone $counted_part zone=\(zone("apps")):4m;
        limit_conn_status \(ProxyPages.limitedCode);
        limit_conn_log_level warn;
    """
  }

  /// For a location whose part of an app may have so many requests.
  func directives(_ requests: Int) -> [String] {
    [
      "limit_conn \(zone("clients")) \(capacity.requestsOfClient);",
      "limit_conn \(zone("machine")) \(capacity.requestsOfThisMachine);",
      "limit_conn \(zone("apps")) \(requests);",
    ]
  }
}
