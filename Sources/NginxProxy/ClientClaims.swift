/// What clients may not claim: the headers that proxies, and services that log people in, set in front of apps, and that apps and their
/// frameworks believe. They are not passed on.
///
/// nginx leaves out by itself what has an underscore or a dot in its name (ngx_http_core_module, `underscores_in_headers` and
/// `ignore_invalid_headers`), so that no other spelling comes to the same variable of an app.
enum ClientClaims {
  static let names = addresses + ways + people + certificates + files + hops

  /// Whose request it is.
  private static let addresses = [
    "Forwarded", "Forwarded-For", "X-Forwarded", "Client-IP", "X-Client-IP", "X-Cluster-Client-IP", "Proxy-Client-IP",
    "WL-Proxy-Client-IP", "True-Client-IP", "X-ProxyUser-IP", "X-Originating-IP", "X-Remote-IP", "X-Remote-Addr",
    "Remote-Addr", "X-Original-For", "X-Original-Forwarded-For", "X-Forwarded-For-Original", "CF-Connecting-IP",
    "CF-Connecting-IPv6", "CF-Pseudo-IPv4", "CF-IPCountry", "Fastly-Client-IP", "Fly-Client-IP", "DO-Connecting-IP",
    "X-NF-Client-Connection-IP", "X-Vercel-Forwarded-For", "X-Vercel-Proxied-For", "X-Appengine-User-IP",
    "X-Appengine-Remote-Addr", "X-Azure-ClientIP", "X-Azure-SocketIP", "X-Envoy-External-Address",
    "CloudFront-Viewer-Address", "Incap-Client-IP", "X-Sucuri-ClientIP", "Ali-CDN-Real-IP", "CDN-Src-IP",
  ]

  /// How it came here, and what was asked for.
  private static let ways = [
    "X-Forwarded-By", "X-Forwarded-Context", "X-Forwarded-HTTPS", "X-Forwarded-Method", "X-Forwarded-Path",
    "X-Forwarded-Prefix", "X-Forwarded-Protocol", "X-Forwarded-Scheme", "X-Forwarded-Server", "X-Forwarded-Ssl",
    "X-Forwarded-URI", "X-Original-Host", "X-Original-Method", "X-Original-Proto", "X-Original-URI", "X-Original-URL",
    "X-Rewrite-URL", "X-Host", "X-HTTP-Host-Override", "X-Scheme", "X-URL-Scheme", "X-Script-Name", "Script-Name",
    "Front-End-Https", "CF-Visitor", "CloudFront-Forwarded-Proto", "Fastly-SSL", "Fly-Forwarded-Proto",
    "Fly-Forwarded-Port", "Fly-Forwarded-Ssl", "WL-Proxy-SSL", "X-ARR-SSL", "X-ARR-LOG-ID",
    "X-Middleware-Subrequest",
  ]

  /// Who was logged in.
  private static let people = [
    "Remote-User", "Remote-Name", "Remote-Email", "Remote-Groups", "X-Remote-User", "X-Remote-Name", "X-Remote-Email",
    "X-Remote-Group", "X-Remote-Groups", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token", "X-Auth-Request-User", "X-Auth-Request-Email",
    "X-Auth-Request-Groups", "X-Auth-Request-Preferred-Username", "X-Auth-Request-Access-Token",
    "X-Authenticated-User", "X-Authenticated-UserID", "X-Authenticated-Email", "X-Authenticated-Groups",
    "X-WebAuth-User", "X-WebAuth-Name", "X-WebAuth-Email", "X-WebAuth-Groups", "X-Authentik-Username",
    "X-Authentik-Name", "X-Authentik-Email", "X-Authentik-Groups", "X-Authentik-Uid", "X-Authentik-Jwt",
    "X-Vouch-User", "X-Pomerium-Jwt-Assertion", "X-Pomerium-Claim-Email", "X-Pomerium-Claim-User",
    "X-Pomerium-Claim-Groups", "Tailscale-User-Login", "Tailscale-User-Name", "Tailscale-User-Profile-Pic",
    "CF-Access-Authenticated-User-Email", "CF-Access-Jwt-Assertion", "X-Goog-Authenticated-User-Email",
    "X-Goog-Authenticated-User-ID", "X-Goog-IAP-JWT-Assertion", "X-Amzn-OIDC-Identity", "X-Amzn-OIDC-Data",
    "X-Amzn-OIDC-AccessToken", "X-MS-Client-Principal", "X-MS-Client-Principal-ID", "X-MS-Client-Principal-Name",
    "X-MS-Client-Principal-IdP", "X-Consumer-ID", "X-Consumer-Username", "X-Consumer-Custom-ID",
    "X-Credential-Identifier", "X-Anonymous-Consumer",
  ]

  /// Which certificate a client has shown.
  private static let certificates = [
    "X-Forwarded-Client-Cert", "Client-Cert", "Client-Cert-Chain", "X-Client-Cert", "X-Client-DN", "X-Client-Verify",
    "X-ClientCert-DN", "X-ARR-ClientCert", "SSL-Client-Cert", "SSL-Client-Verify", "SSL-Client-S-DN",
    "SSL-Client-Subject-DN", "SSL-Client-Issuer-DN", "X-SSL-Cert", "X-SSL-Client-Cert", "X-SSL-Client-CN",
    "X-SSL-Client-DN", "X-SSL-Client-S-DN", "X-SSL-Client-I-DN", "X-SSL-Client-Subject-DN", "X-SSL-Client-Issuer-DN",
    "X-SSL-Client-Serial", "X-SSL-Client-SHA1", "X-SSL-Client-Fingerprint", "X-SSL-Client-Verify", "X-SSL-Issuer",
  ]

  /// Which files an app may have a server send in its place.
  private static let files = ["X-Sendfile-Type", "X-Accel-Mapping"]

  /// What is between a client and its proxy alone (RFC 9110, 7.6.1) and nginx would pass on; and what some take for the proxy that they
  /// are to use themselves.
  private static let hops = ["Proxy", "Proxy-Connection", "Proxy-Authorization", "Trailer"]
}
