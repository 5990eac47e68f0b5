"""How many requests per second the generated configuration of nginx takes, against a configuration by hand and other proxies.

By hand means static nginx with the same features: a server and an upstream with kept connections for each app, the same headers to
the app, the same access log with app, release and instance, pages of its own for people and for programs. Beside them: the routing
table alone, HAProxy, Caddy and Traefik, each with a log of requests. All stand in front of the same server, and are asked in turn,
many short rounds, by the same wrk, which keeps 32 connections and asks for the apps one after the other. The ratio is that of two
measurements of one round.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from measuring import middle_half, table, until

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".build/release/orchestrator"
PROXIES = ROOT / ".build-proxies/bin"
OFFSET = 11700
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "12")), os.environ.get("SECONDS_EACH", "1")
APP, OURS, HAND, TABLE, HAPROXY, CADDY, TRAEFIK = 26970, 9000 + OFFSET, 26971, 26972, 26973, 26974, 26975

STACK = """
apiVersion: orchestrator/v1
kind: Stack
name: fast
summary: What is measured
publicPort: 9000
internalPorts: 21000-21009
build: {base: "python:3.13-slim"}
run: {command: [python3, -m, http.server, --bind, "${host}", "${port}"]}
"""

# As nginx by hand does, which keeps connections for 60 s.
HTTP = json.dumps({
    "bodyLimit": 1 << 20, "timeout": 60, "buffersRequests": False, "buffersResponses": True, "keepAlive": 60})

ASKING = """
local requests, last = {}, 0
function init(arguments)
  for app = 1, tonumber(arguments[1]) do
    requests[app] = wrk.format("GET", "/", {Host = "app-" .. app .. ".localhost"})
  end
end
function request()
  last = last % #requests + 1
  return requests[last]
end
"""


def run(*words, **options):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, **options).stdout


def names(count):
    return [f"app-{number}" for number in range(1, count + 1)]


class Server:
    """A program that runs until it is told to stop."""

    def __init__(self, *words, log):
        self.process = subprocess.Popen(
            [str(word) for word in words], stdout=open(log, "w"), stderr=subprocess.STDOUT, start_new_session=True)

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


class Nginx(Server):
    def __init__(self, folder, configuration):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
        file = folder / "nginx.conf"
        file.write_text(configuration)
        super().__init__("nginx", "-e", "stderr", "-c", file, "-g", "daemon off;", log=folder / "output")


def temporary(folder):
    return "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))


def the_app(folder):
    """The server behind all proxies: nginx that answers by itself."""
    return Nginx(folder, f"""worker_processes 1; pid {folder}/pid; error_log stderr;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 1000000; {temporary(folder)}
server {{ listen 127.0.0.1:{APP}; location / {{ default_type text/plain; return 200 "hello\\n"; }} }} }}
""")


def untrusted():
    """What clients may claim of other proxies is not passed on."""
    names = ["Forwarded", "X-Client-IP", "True-Client-IP", "X-Original-URL", "X-Rewrite-URL", "Proxy"]
    names += ["Proxy-Connection", "Proxy-Authorization", "Trailer"]
    names += [f"X-Forwarded-{name}" for name in ("Prefix", "Server", "Ssl", "Scheme", "Protocol")]
    return "".join(f"proxy_set_header {name} '';\n" for name in names)


def pages(folder):
    """A configuration for what nginx itself answers: pages for people, JSON for programs that ask for it."""
    (folder / "pages").mkdir(parents=True)
    for status in (404, 413, 503, 504):
        (folder / f"pages/{status}.html").write_text(f"<!doctype html><title>{status}</title><p>{status}</p>\n")
        (folder / f"pages/{status}.json").write_text(json.dumps({"status": status}) + "\n")
    (folder / "pages.conf").write_text(f"""error_page 404 /.pages/404.$answer_format;
error_page 413 /.pages/413.$answer_format;
error_page 502 503 =503 /.pages/503.$answer_format;
error_page 504 /.pages/504.$answer_format;
location ^~ /.pages/ {{
  internal;
  types {{ text/html html; application/json json; }}
  alias {folder}/pages/;
  add_header Cache-Control no-store always;
  add_header X-Request-ID $request_id always;
}}
""")


def by_hand(folder, count):
    pages(folder)
    servers = "".join(f"""upstream {name} {{ server 127.0.0.1:{APP}; keepalive 32; }}
server {{
  listen {HAND}; server_name {name}.localhost; set $app {name}; set $release v1; include {folder}/pages.conf;
  location / {{ proxy_pass http://{name}; }}
}}
""" for name in names(count))
    return Nginx(folder, f"""worker_processes auto; pid {folder}/pid; error_log stderr;
events {{ worker_connections 4096; }}
http {{ {temporary(folder)}
server_names_hash_max_size 8192; server_names_hash_bucket_size 64; variables_hash_max_size 2048;
log_format requests escape=json '{{"time":"$time_iso8601","app":"$app","release":"$release","instance":"$instance",'
  '"upstream":"$upstream_addr","client":"$remote_addr","host":"$host","port":$server_port,'
  '"method":"$request_method","uri":"$request_uri","protocol":"$server_protocol","status":$status,'
  '"bytes":$body_bytes_sent,"seconds":$request_time,"upstream_seconds":"$upstream_response_time",'
  '"request_id":"$request_id"}}';
access_log {folder}/access.log requests;
map $upstream_addr $instance {{ default ''; 127.0.0.1:{APP} 1; }}
map $http_upgrade $upgrade {{ default ''; websocket websocket; }}
map $upgrade $connection_upgrade {{ default upgrade; '' ''; }}
map $http_accept $answer_format {{ default html; "~*^(?!.*text/html).*application/json" json; }}
proxy_http_version 1.1;
proxy_set_header Host $host:$server_port;
proxy_set_header Upgrade $upgrade;
proxy_set_header Connection $connection_upgrade;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $remote_addr;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-Host $host:$server_port;
proxy_set_header X-Forwarded-Port $server_port;
proxy_set_header X-Request-ID $request_id;
proxy_hide_header X-Request-ID;
{untrusted()}add_header X-Request-ID $request_id always;
server {{ listen {HAND} default_server; set $app ''; set $release ''; include {folder}/pages.conf; location / {{ return 404; }} }}
{servers}}}
""")


def haproxy(folder, count):
    folder.mkdir()
    (folder / "hosts.map").write_text("".join(f"{name}.localhost {name}\n" for name in names(count)))
    backends = "".join(f"backend {name}\n  server app 127.0.0.1:{APP}\n" for name in names(count))
    (folder / "haproxy.cfg").write_text(f"""global
  log stdout len 4096 format raw local0
defaults
  mode http
  log global
  option httplog
  option forwardfor
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend public
  bind :{HAPROXY}
  use_backend %[req.hdr(host),field(1,:),lower,map({folder}/hosts.map)]
{backends}""")
    return Server("haproxy", "-f", folder / "haproxy.cfg", log=folder / "access.log")


def caddy(folder, count):
    folder.mkdir()
    sites = "".join(f"http://{name}.localhost:{CADDY} {{\n  import app\n}}\n" for name in names(count))
    (folder / "Caddyfile").write_text(f"""{{
  admin off
  auto_https off
}}
(app) {{
  log {{
    output file {folder}/access.log
  }}
  reverse_proxy 127.0.0.1:{APP}
}}
{sites}""")
    return Server(PROXIES / "caddy", "run", "--config", folder / "Caddyfile", log=folder / "output")


def traefik(folder, count):
    folder.mkdir()
    routers = {name: {"rule": f"Host(`{name}.localhost`)", "service": name} for name in names(count)}
    services = {name: {"loadBalancer": {"servers": [{"url": f"http://127.0.0.1:{APP}"}]}} for name in names(count)}
    (folder / "routes.json").write_text(json.dumps({"http": {"routers": routers, "services": services}}))
    (folder / "routes.json").rename(folder / "routes.yml")  # JSON is YAML as well.
    return Server(
        PROXIES / "traefik", f"--entrypoints.web.address=:{TRAEFIK}", f"--providers.file.filename={folder}/routes.yml",
        f"--accesslog.filepath={folder}/access.log", "--accesslog.format=json", "--log.level=ERROR", log=folder / "output")


class Orchestrator:
    """An installation whose store has as many routes as are wanted, all to the one server."""

    def __init__(self, folder):
        self.folder = folder
        self.stacks = folder / "stacks"
        self.stacks.mkdir()
        (self.stacks / "fast.yaml").write_text(STACK)
        self.environment = os.environ | {
            "ORCHESTRATOR_HOME": str(folder / "state"), "ORCHESTRATOR_NAMESPACE": "orchestrator-bench-proxy",
            "ORCHESTRATOR_PORT_OFFSET": str(OFFSET), "ORCHESTRATOR_RUNTIME": "process", "ORCHESTRATOR_PROXY_RUNTIME": "process",
            "ORCHESTRATOR_PLUGIN_FOLDERS": str(self.stacks),
        }
        # Looking makes no state: the first deploy does.
        first = folder / "first"
        first.mkdir()
        (first / "index.html").write_text("hello\n")
        self("deploy", "fast", first, "--subdomain", "first")
        self("destroy", "first", "--yes")

    def __call__(self, *words):
        return run(PROGRAM, *words, env=self.environment)

    def route(self, count):
        """Has the store lead to so many apps, and nginx serve them; gives back the seconds that takes."""
        database = sqlite3.connect(self.folder / "state/state.db")
        with database:
            database.execute("DELETE FROM route")
            database.execute("DELETE FROM app")
            for number, name in enumerate(names(count), 1):
                database.execute("INSERT INTO app (name, stack, lastRelease, number) VALUES (?, 'fast', 1, ?)", (name, number))
                database.execute(
                    "INSERT INTO route (app, role, instance, release, host, publicPort, internalPort, paths, http)"
                    " VALUES (?, 'backend', 1, 1, ?, ?, ?, '[]', ?)", (name, f"{name}.localhost", OURS, APP, HTTP))
        database.close()
        start = time.monotonic()
        self("proxy", "reload")
        return time.monotonic() - start

    @property
    def configuration(self):
        return (self.folder / "state/proxy/current").resolve()

    def processes(self):
        """The processes of nginx."""
        record = json.loads((self.folder / "state/processes/orchestrator-bench-proxy-proxy/state.json").read_text())
        master = record["process"]["id"]
        return [master] + [int(child) for child in run("pgrep", "-P", master).split()]

    def remove(self):
        database = sqlite3.connect(self.folder / "state/state.db")
        with database:
            database.execute("DELETE FROM route")
            database.execute("DELETE FROM app")
        database.close()
        self("proxy", "stop")


def table_alone(folder, ours):
    """The generated configuration without the apps' server blocks, on a port of its own."""
    files = folder / "files"
    folder.mkdir()
    shutil.copytree(ours.configuration, files, ignore=shutil.ignore_patterns("apps"))
    (files / "apps").mkdir()
    for file in files.glob("*.conf"):
        text = file.read_text().replace(str(ours.configuration), str(files)).replace(str(ours.folder / "state/proxy/run"), str(folder))
        text = text.replace(str(ours.folder / "state/proxy/logs"), str(folder))
        for other in set(re.findall(r"listen (?:\[::\]:)?(\d+)", text)) - {str(OURS)}:
            text = re.sub(rf"listen \[::\]:{other}.*", "", text)
            text = re.sub(rf"listen {other}.*", f"listen unix:{folder}/not-measured;", text)
        file.write_text(re.sub(rf"\b{OURS}\b", str(TABLE), text))
    return Nginx(folder, (files / "nginx.conf").read_text())


def measure(port, count, script):
    output = run("wrk", "-t1", "-c32", f"-d{SECONDS}s", "-s", script, f"http://127.0.0.1:{port}/", "--", count)
    wrong = re.search(r"(Non-2xx.*|Socket errors.*)", output)
    if wrong:
        sys.exit(f"port {port}: {wrong.group(0)}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1))


def answers(port):
    words = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host: app-1.localhost", f"http://127.0.0.1:{port}/"]
    return subprocess.run(words, capture_output=True, text=True).stdout == "200"


class Line:
    def __init__(self, count, name, values, floor):
        ratios = [value / other for value, other in zip(values, floor)]
        self.cells = [
            f"{count:,}", name, f"{statistics.median(values):,.0f}", f"{statistics.median(ratios):.2f}", middle_half(ratios)]


def throughput(folder, ours, count):
    """A line for each proxy, in front of so many apps."""
    folder.mkdir()
    folder.chmod(0o755)
    script = folder / "asking.lua"
    script.write_text(ASKING)
    ours.route(count)
    started = [by_hand(folder / "hand", count), table_alone(folder / "table", ours), haproxy(folder / "haproxy", count)]
    ports = {"by hand": HAND, "orchestrator": OURS, "its routing table alone": TABLE, "HAProxy": HAPROXY}
    for name, start, port in [("Caddy", caddy, CADDY), ("Traefik", traefik, TRAEFIK)]:
        if (PROXIES / name.lower()).exists():
            started.append(start(folder / name.lower(), count))
            ports[name] = port
        else:
            print(f"{name} is not here: Scripts/set-up-tests.sh proxies gets it where the Python index is within reach", file=sys.stderr)
    try:
        for port in ports.values():
            until(lambda: answers(port))
        values = {name: [] for name in ports}
        for number in range(ROUNDS + 1):
            for name, port in ports.items():
                value = measure(port, count, script)
                if number > 0:
                    values[name].append(value)
        return [Line(count, name, values[name], values["by hand"]) for name in ports]
    finally:
        for server in started:
            server.stop()


def many_routes(ours, count):
    seconds = ours.route(count)
    start = time.monotonic()
    run("nginx", "-t", "-q", "-e", "stderr", "-c", ours.configuration / "nginx.conf")
    check = time.monotonic() - start
    memory = 0
    for process in ours.processes():
        status = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
        memory += int(re.search(r"Pss:\s+(\d+)", status).group(1))
    print(
        f"\n{count:,} routes: {seconds:.1f} s to render, check and serve them (proxy reload), of which nginx -t takes {check:.1f} s;"
        f" nginx then has {memory / 1024:.0f} MB of memory")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="orchestrator-bench-"))
    folder.chmod(0o755)
    app = the_app(folder / "app")
    ours = Orchestrator(folder)
    try:
        lines = [line for count in (1, 100, 1000) for line in throughput(folder / str(count), ours, count)]
        version = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.strip()
        print(f"{version}, {os.cpu_count()} cores, {ROUNDS} rounds of {SECONDS} s each\n")
        print(table(lines, ("apps", "proxy", "requests per second", "ratio to by hand", "middle half")))
        many_routes(ours, 10_000)
    finally:
        ours.remove()
        app.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
