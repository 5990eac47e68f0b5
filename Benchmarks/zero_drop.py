"""What clients lose while an app is redeployed, deploys fail, a neighbour comes and goes, and deployers are killed.

The clients do not try again: wrk with 32 kept connections, requests that take 5 s, large uploads, large downloads, and a WebSocket that
stays open. Every request that fails or is cut is counted, by kind; a WebSocket counts when it is closed before the drain time is over
after nginx read new files, or not at all. Each runtime is measured with its own nginx (the container's and the machine's), processes with
the container's as well, and each with two apps: one that finishes its requests when it is asked to stop, and one that ends at once.
Deploys fail in turn in the build, at the start, and when the traffic was moved; deployers are killed at random moments. `--json` prints
the counts, for whoever wants to look at them with a program.
"""

import argparse
import base64
import collections
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from measuring import table

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What apps get here is below the ports that the system gives to clients.
OFFSET = 11650
PORT = 9000 + OFFSET
DRAIN = 10
KINDS = ["request", "slow request", "upload", "download", "WebSocket"]
WAYS = {"finishes": "finishes its requests", "ends": "ends at once"}


def read_options():
    parser = argparse.ArgumentParser(description="Counts what clients lose while apps are redeployed.")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "30")), help="how often the app is redeployed")
    parser.add_argument("--runtime", choices=["docker", "process"], help="where the app runs (default: both, as far as they are there)")
    parser.add_argument("--proxy", choices=["docker", "process"], help="where nginx runs (default: as the app; processes with both)")
    parser.add_argument("--app", choices=list(WAYS), help="what the app does when it is asked to stop (default: one after the other)")
    parser.add_argument("--connections", type=int, default=32, help="how many connections wrk keeps")
    parser.add_argument("--pause", type=int, default=0, help="for how many ms wrk pauses on each connection between two requests")
    parser.add_argument("--program", default=str(ROOT / ".build/release/orchestrator"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


OPTIONS = read_options()
PROGRAM, REDEPLOYS = OPTIONS.program, OPTIONS.rounds
OTHERS = (REDEPLOYS + 2) // 3
# When nginx lets go of the last requests of a configuration that it has no more: the longest drain of the stacks that ship.
SHUTDOWN = 30

STACK = f"""
apiVersion: orchestrator/v1
kind: Stack
name: drop
summary: What is asked without pause
publicPort: 9000
internalPorts: 21000-21019
build: {{base: "python:3.13-slim", compile: [[python3, build.py]]}}
run: {{command: [python3, app.py], env: {{HOST: "${{host}}", PORT: "${{port}}"}}}}
health: {{path: /, interval: 200ms, startPeriod: 20s, timeout: 5s}}
stop: {{grace: 15s, drain: {DRAIN}s}}
limits: {{memory: 2g, cpus: 1, pids: 400}}
"""

APP = '''
import base64, hashlib, os, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/slow": time.sleep(5)
        if self.path == "/download": return self.download()
        if self.path == "/socket": return self.socket()
        self.answer(b"hello\\n")

    def do_POST(self):
        left, length = int(self.headers["Content-Length"]), 0
        while length < left:
            part = self.rfile.read(min(1 << 16, left - length))
            if not part: return
            length += len(part)
        self.answer(str(length).encode())

    def download(self):
        self.send_response(200)
        self.send_header("Content-Length", str(32 << 20))
        self.end_headers()
        for _ in range(32):
            self.wfile.write(b"x" * (1 << 20))
            time.sleep(0.1)

    def socket(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accepted = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accepted)):
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        while True:
            # A short frame, masked; it is sent back as it is, without the mask.
            head = self.rfile.read(6)
            if len(head) < 6: return
            length = head[1] & 127
            body = bytes(byte ^ head[2 + index % 4] for index, byte in enumerate(self.rfile.read(length)))
            self.wfile.write(bytes([129, length]) + body)

    def log_message(self, *_): pass

class Server(ThreadingHTTPServer):
    request_queue_size = 256
    # The right way waits for the requests that it has.
    daemon_threads = HARD
    block_on_close = not HARD

server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)
if HARD:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
else:
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
os._exit(0)
'''


class Installation:
    """One runtime with its nginx."""

    def __init__(self, folder, runtime, proxy, is_hard):
        self.folder = folder
        folder.mkdir()
        folder.chmod(0o755)
        (folder / "stacks").mkdir()
        (folder / "stacks/drop.yaml").write_text(STACK)
        failure = "import sys; sys.exit('this is to fail')\n"
        for name, build, start in [("good", "", ""), ("bad", failure, ""), ("ends", "", failure)]:
            (folder / name).mkdir()
            (folder / name / "app.py").write_text(f"{start}HARD = {is_hard}\n{APP}")
            (folder / name / "build.py").write_text(build)
        self.environment = os.environ | {
            "ORCHESTRATOR_HOME": str(folder / "state"), "ORCHESTRATOR_NAMESPACE": "orchestrator-bench-drop",
            "ORCHESTRATOR_PORT_OFFSET": str(OFFSET), "ORCHESTRATOR_RUNTIME": runtime, "ORCHESTRATOR_PROXY_RUNTIME": proxy,
            "ORCHESTRATOR_PLUGIN_FOLDERS": str(folder / "stacks"),
        }

    def __call__(self, *words, kill_after=None, **variables):
        """Runs a command; gives back its exit status and what it printed."""
        words = [PROGRAM, *map(str, words)]
        process = subprocess.Popen(
            words, env=self.environment | variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            output, _ = process.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
        return process.returncode, output

    def must(self, *words, **variables):
        status, output = self(*words, **variables)
        if status:
            sys.exit(f"{' '.join(map(str, words))} ended with {status}:\n{output}")
        return output

    def deploy(self, name="asked", source="good"):
        return ("deploy", "drop", self.folder / source, "--subdomain", name)

    def redeploy(self):
        """Deploys the app once more, and looks at what that passes and how long it takes until the new version serves."""
        points = self.folder / "points"
        points.unlink(missing_ok=True)
        output = self.must(*self.deploy(), ORCHESTRATOR_POINTS=str(points))
        self.points = points.read_text().splitlines()
        self.seconds = float(re.search(r"Live: \S+ +v\d+ +([\d.]+)s", output).group(1))

    def fail(self, number):
        """A deploy that fails: when the traffic was moved already, in the build, or as the app ends at its start."""
        source, variables = ["good", "bad", "ends"][number % 3], {}
        if source == "good":
            moved = next(index for index, name in enumerate(self.points) if "after step switch" in name)
            variables = {"ORCHESTRATOR_FAIL_AT": str(moved + 1)}
        status, output = self(*self.deploy(source=source), **variables)
        if status != 5 or (source == "good" and "switch route" not in output):
            sys.exit(f"the deploy that was to fail ended with {status}:\n{output}")

    def kill(self):
        """A deploy whose deployer is killed, at another moment each time."""
        for _ in range(10):
            status, output = self(*self.deploy(), kill_after=random.uniform(0.05, self.seconds + 0.5))
            if status == -signal.SIGKILL:
                return self.must("list")
            if status:
                sys.exit(f"the deploy that was to be killed ended with {status}:\n{output}")
        sys.exit("no deployer could be killed: each was done before")

    def version(self):
        words = [PROGRAM, "proxy", "status", "--json"]
        return json.loads(subprocess.run(words, env=self.environment, capture_output=True, text=True).stdout)["version"]

    def remove(self):
        for words in (["destroy", "asked", "--yes"], ["destroy", "neighbour", "--yes"], ["proxy", "stop"]):
            self(*words)


class Clients:
    """Asks in every way at once, until it is told to stop; counts what was asked and what was lost, by kind."""

    def __init__(self, folder):
        self.asked, self.lost = collections.Counter(), collections.Counter()
        self.reasons = collections.Counter()
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        # When nginx was seen to have read new files.
        self.changes = []
        ways = {"slow request": self.slow, "upload": self.upload, "download": self.download, "WebSocket": self.socket}
        self.threads = [threading.Thread(target=self.again, args=way, daemon=True) for way in ways.items()]
        self.threads.append(threading.Thread(target=self.watch, daemon=True))
        script = folder / "pause.lua"
        script.write_text(f"function delay() return {OPTIONS.pause} end\n" if OPTIONS.pause else "")
        self.wrk = subprocess.Popen(
            ["wrk", "-s", str(script), "-t1", f"-c{OPTIONS.connections}", f"-d{REDEPLOYS * 120}s", "--timeout", "30s", "-H", "Host: asked.localhost", f"http://127.0.0.1:{PORT}/"],
            stdout=subprocess.PIPE, text=True)
        for thread in self.threads:
            thread.start()

    def again(self, kind, ask):
        while not self.is_over.is_set():
            reason = None
            try:
                ask()
            except Exception as error:  # Whatever goes wrong is what is counted.
                reason = f"{kind}: {type(error).__name__} {error}"
            with self.lock:
                self.asked[kind] += 1
                if reason:
                    self.lost[kind] += 1
                    self.reasons[reason] += 1

    def watch(self):
        seen = None
        while not self.is_over.wait(0.05):
            try:
                generation = json.loads(self.send("GET", "/health", host="localhost", timeout=2))["generation"]
            except Exception:  # It is asked again at once.
                continue
            if seen is not None and generation != seen:
                self.changes.append(time.monotonic())
            seen = generation

    def send(self, method, path, body=None, host="asked.localhost", timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=timeout)
        try:
            connection.request(method, path, body, {"Host": host})
            answer = connection.getresponse()
            content = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"status {answer.status}")
            return content
        finally:
            connection.close()

    def slow(self):
        self.send("GET", "/slow")

    def upload(self):
        if self.send("POST", "/upload", b"x" * (16 << 20)) != str(16 << 20).encode():
            raise RuntimeError("cut")

    def download(self):
        if len(self.send("GET", "/download")) != 32 << 20:
            raise RuntimeError("cut")

    def socket(self):
        """One WebSocket that stays open for as long as it is let, with a word to and fro all the time."""
        start = time.monotonic()
        with socket.create_connection(("127.0.0.1", PORT), timeout=30) as connection:
            key = base64.b64encode(os.urandom(16)).decode()
            connection.sendall(
                (f"GET /socket HTTP/1.1\r\nHost: asked.localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
            stream = connection.makefile("rb")
            if b" 101 " not in stream.readline():
                raise RuntimeError("not upgraded")
            while stream.readline().strip():
                pass
            while not self.is_over.is_set():
                try:
                    connection.sendall(bytes([129, 128 + 2, 0, 0, 0, 0]) + b"hi")
                    is_open = stream.read(4) == bytes([129, 2]) + b"hi"
                except OSError:
                    is_open = False
                now = time.monotonic()
                # Since the first change that came after it was opened.
                drained = now - next((change for change in self.changes if change > start), now)
                if not is_open:
                    # On a machine at its limit a change is noticed late.
                    if drained < DRAIN - 4:
                        raise RuntimeError("closed before the drain time was over")
                    return
                if drained > SHUTDOWN + 10:
                    raise RuntimeError("never closed")
                time.sleep(0.1)

    def stop(self):
        self.is_over.set()
        if self.wrk.poll() is not None:
            self.lost["request"] += 1
            self.reasons["request: wrk ended before everything else"] += 1
        self.wrk.send_signal(2)
        output, _ = self.wrk.communicate()
        for thread in self.threads:
            thread.join()
        self.asked["request"] = int(re.search(r"(\d+) requests in", output).group(1))
        for words in re.findall(r"Socket errors: (.*)", output):
            for kind, number in re.findall(r"(\w+) (\d+)", words):
                if int(number):
                    self.lost["request"] += int(number)
                    self.reasons[f"request: {kind}"] += int(number)
        for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", output):
            self.lost["request"] += int(number)
            self.reasons["request: not 200"] += int(number)


class Line:
    def __init__(self, runtime, proxy, version, app, clients):
        cells = [f"{clients.lost[kind]:,} of {clients.asked[kind]:,}" for kind in KINDS]
        self.cells = [runtime, f"{version}, {proxy}", WAYS[app]] + cells
        self.values = {
            "runtime": runtime, "proxy": proxy, "nginx": version, "app": app, "asked": dict(clients.asked), "lost": dict(clients.lost),
            "reasons": dict(clients.reasons),
        }


def measure(folder, runtime, proxy, app):
    ours = Installation(folder, runtime, proxy, app == "ends")
    try:
        ours.must(*ours.deploy())
        clients = Clients(folder)
        try:
            for number in range(REDEPLOYS):
                ours.redeploy()
                if number % 3 == 0:
                    ours.fail(number // 3)
                    ours.must(*ours.deploy("neighbour"))
                    ours.must("destroy", "neighbour", "--yes")
                    ours.kill()
                print(f"  {runtime}, nginx with {proxy}, round {number + 1}: lost {dict(clients.lost)}", file=sys.stderr)
        finally:
            clients.stop()
        for reason, number in clients.reasons.most_common():
            print(f"  {number} x {reason}", file=sys.stderr)
        return Line(runtime, proxy, ours.version(), app, clients)
    finally:
        ours.remove()


def main():
    has_docker = shutil.which("docker") and subprocess.run(["docker", "version"], capture_output=True).returncode == 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="orchestrator-bench-"))
    folder.chmod(0o755)
    lines = []
    try:
        pairs = [("docker", "docker"), ("process", "process"), ("process", "docker")] if has_docker else [("process", "process")]
        for runtime, proxy in pairs:
            if OPTIONS.runtime in (None, runtime) and OPTIONS.proxy in (None, proxy):
                for app in [OPTIONS.app] if OPTIONS.app else WAYS:
                    lines.append(measure(folder / f"{runtime}-{proxy}-{app}", runtime, proxy, app))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not lines:
        sys.exit("nothing of what was asked for can be measured here")
    if OPTIONS.json:
        return print(json.dumps([line.values for line in lines]))
    print(
        f"{REDEPLOYS} redeploys, {OTHERS} deploys that fail, {OTHERS} of a neighbour that is destroyed again, {OTHERS} deployers killed;"
        " lost of asked:\n")
    print(table(lines, ["the app runs with", "nginx", "asked to stop, it"] + [f"{kind}s" for kind in KINDS]))
    if not has_docker:
        print("\nDocker does not answer on this machine: what needs it was not measured.")


main()
