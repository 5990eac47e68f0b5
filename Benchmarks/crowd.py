"""Many deployments at the same time, and what it costs to put in order what a killed one left.

100 apps from 4 processes, against the same apps one after the other; the 101st into a range of 100; one app a hundred times from two
processes; and `list` after a deployment was killed, against `list` when all is well. Apps run as processes.
"""

import http.client
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from measuring import until

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELEASE = ROOT / ".build/release"
OFFSET = 11600
PORT = 9000 + OFFSET
APPS, PROCESSES, ALONE, CONTESTED, KILLS = 100, 4, 10, 100, 10

STACK = """
apiVersion: orchestrator/v1
kind: Stack
name: tiny
summary: A page of Python's own server
publicPort: 9000
internalPorts: 21000-21099
build: {base: "python:3.13-slim"}
run: {command: [python3, -m, http.server, --bind, "${host}", "${port}"]}
health: {interval: 200ms, startPeriod: 120s, timeout: 5s}
stop: {grace: 2s, drain: 5s}
limits: {memory: 128m, cpus: 0.5, pids: 64}
"""


class Installation:
    def __init__(self, folder):
        self.folder = folder
        (folder / "stacks").mkdir()
        (folder / "stacks/tiny.yaml").write_text(STACK)
        (folder / "app").mkdir()
        (folder / "app/index.html").write_text("hello\n")
        self.environment = os.environ | {
            "ORCHESTRATOR_HOME": str(folder / "state"), "ORCHESTRATOR_NAMESPACE": "orchestrator-bench-crowd",
            "ORCHESTRATOR_PORT_OFFSET": str(OFFSET), "ORCHESTRATOR_RUNTIME": "process", "ORCHESTRATOR_PROXY_RUNTIME": "process",
            "ORCHESTRATOR_PLUGIN_FOLDERS": str(folder / "stacks"), "ORCHESTRATOR_PROGRAM": str(RELEASE / "orchestrator"),
        }
        self.names = set()

    def start(self, names, rounds=1):
        self.names |= set(names)
        words = [str(RELEASE / "deploy-many"), str(rounds), "tiny", str(self.folder / "app"), *names]
        return subprocess.Popen(words, env=self.environment, stdout=subprocess.PIPE, text=True)

    def deploy(self, shares, rounds=1):
        """Deploys each share from a process of its own; gives back the outcomes and the seconds."""
        start = time.monotonic()
        processes = [self.start(names, rounds) for names in shares]
        lines = [line.split(" ", 2) for process in processes for line in process.communicate()[0].splitlines()]
        return lines, time.monotonic() - start

    def orchestrator(self, *words, **more):
        environment = self.environment | more
        return subprocess.run([str(RELEASE / "orchestrator"), *words], env=environment, capture_output=True, text=True)

    def list_seconds(self):
        start = time.monotonic()
        run = self.orchestrator("list")
        seconds = time.monotonic() - start
        return seconds, run

    def generation(self):
        with sqlite3.connect(f"file:{self.folder}/state/state.db?mode=ro", uri=True) as database:
            return database.execute("SELECT generation FROM proxy").fetchone()[0]

    def answers(self, name):
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=10)
        try:
            connection.request("GET", "/", headers={"Host": f"{name}.localhost:{PORT}"})
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def destroy(self, names):
        for name in sorted(names):
            self.orchestrator("destroy", name, "--yes")
        self.names -= set(names)

    def remove(self):
        self.destroy(set(self.names))
        self.orchestrator("proxy", "stop")


def crowd(installation):
    installation.deploy([["warm"]])
    alone = [f"alone-{number}" for number in range(ALONE)]
    one_by_one = sum(installation.deploy([[name]])[1] for name in alone) / ALONE
    installation.destroy(alone + ["warm"])
    before = installation.generation()
    names = [f"crowd-{number}" for number in range(APPS + 1)]
    shares = [names[share::PROCESSES] for share in range(PROCESSES)]
    lines, seconds = installation.deploy(shares)
    live = [line for line in lines if line[1] == "v1"]
    refused = [line for line in lines if line[1] != "v1"]
    reloads = installation.generation() - before
    reachable = sum(installation.answers(line[0]) for line in live)
    print(f"| {APPS + 1} apps from {PROCESSES} processes into a range of {APPS} ports | "
          f"{len(live)} live, {len({line[2] for line in live})} ports, {reachable} answer, {len(refused)} refused ({refused[0][1] if refused else '-'}) |")
    print(f"| reloads for {len(live)} switches | {reloads}, {len(live) / max(1, reloads):.1f} times fewer |")
    print(f"| time, against one after the other | {seconds:.1f} s, ratio {seconds / (one_by_one * len(live)):.2f} |")
    installation.destroy(names)


def contested(installation):
    lines, seconds = installation.deploy([["contested"], ["contested"]], rounds=CONTESTED // 2)
    releases = {line[1] for line in lines if line[1].startswith("v")}
    print(f"| one app {CONTESTED} times from 2 processes | {len(releases)} releases, {len(lines) - len(releases)} errors, "
          f"{seconds / len(lines):.2f} s each |")


def recovery(installation):
    """`list` after a deployment was killed just before its commit, when everything is there that can be left, and again."""
    ratios, costs = [], []
    points = installation.folder / "points"
    deploy = ["deploy", "tiny", str(installation.folder / "app"), "--subdomain", "contested"]
    installation.orchestrator(*deploy, ORCHESTRATOR_POINTS=str(points))
    last = next(index for index, line in enumerate(points.read_text().splitlines()) if "before store commit" in line) + 1
    for _ in range(KILLS):
        killed = installation.orchestrator(*deploy, ORCHESTRATOR_DIE_AT=str(last))
        if killed.returncode != -9:
            sys.exit(f"the deployment was not killed: {killed.stderr}")
        first, run = installation.list_seconds()
        if "recovered: contested" not in run.stderr:
            sys.exit(f"nothing was recovered: {run.stderr}")
        second, _ = installation.list_seconds()
        ratios.append(first / second)
        costs.append(first - second)
    print(f"| `list` after a deployment was killed, against `list` | {statistics.median(costs):.2f} s more, ratio {statistics.median(ratios):.1f} |")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="orchestrator-bench-"))
    folder.chmod(0o755)
    installation = Installation(folder)
    try:
        print("| at the same time | |\n|---|---|")
        crowd(installation)
        contested(installation)
        until(lambda: installation.answers("contested"))
        recovery(installation)
    finally:
        installation.remove()
        shutil.rmtree(folder, ignore_errors=True)


main()
