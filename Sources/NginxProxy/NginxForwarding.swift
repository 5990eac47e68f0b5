import OrchestratorModel

/// What apps are told, what they may tell nginx, and what becomes of a request that one of them fails over.
///
/// nginx takes these only where a server or location has none of its own (ngx_http_proxy_module), and none has.
extension NginxConfiguration {
  var forwarding: String {
    """
        # Each request has a number, which the app gets, the client and the log.
        add_header X-Request-ID $request_id always;
        proxy_set_header X-Request-ID $request_id;
        proxy_hide_header X-Request-ID;

        proxy_http_version 1.1;
        proxy_set_header Host \(trust.host);
        proxy_set_header Upgrade $upgrade;
        proxy_set_header Connection $connection_upgrade;
        # What clients claim about themselves is not passed on.
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto \(trust.scheme);
        proxy_set_header X-Forwarded-Host \(trust.host);
        proxy_set_header X-Forwarded-Port \(trust.port);
    \(claims.map { "    proxy_set_header \($0.name) \($0.value);" }.joined(separator: "\n"))
        proxy_headers_hash_max_size 2048;
        proxy_headers_hash_bucket_size 128;
        # An app says by X-Accel-Buffering whether its answer is held back; it is not to have pages sent that are nginx's own.
        proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Charset;
        proxy_connect_timeout 5s;
        # Where an app has several instances, a request that one of them fails over goes to another, but for a POST or PATCH that was sent:
        # it may have had an effect. A request that harms whoever gets it is not to go through all of them.
        proxy_next_upstream error;
        proxy_next_upstream_tries 3;
    """
  }

  /// What apps get of the headers that a client cannot set, or only a proxy that is trusted.
  private var claims: [(name: String, value: String)] {
    let passed = trust.passed
    let others = Set(passed.map { $0.name.description.lowercased() })
    return ClientClaims.names.filter { !others.contains($0.lowercased()) }.map { ($0, "''") }
      + passed.map { ($0.name.description, $0.value) }
  }
}
