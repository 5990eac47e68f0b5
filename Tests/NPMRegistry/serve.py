#!/usr/bin/env python3
"""A small npm registry for tests: serves a folder of npm tarballs, read once at the start.

Prints `listening on PORT` when it is ready, and ends on SIGTERM.
"""

import argparse
import base64
import hashlib
import json
import re
import signal
import sys
import tarfile
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

ABBREVIATED = "application/vnd.npm.install-v1+json"
ABBREVIATED_FIELDS = {
    "name", "version", "bin", "engines", "os", "cpu", "libc", "dependencies", "optionalDependencies", "peerDependencies",
    "peerDependenciesMeta", "bundleDependencies", "hasInstallScript", "dist",
}
INSTALL_SCRIPTS = {"preinstall", "install", "postinstall"}


class Tarball:
    """One version of one package."""

    def __init__(self, file: Path) -> None:
        self.content = file.read_bytes()
        with tarfile.open(file) as tar:
            self.manifest = json.load(tar.extractfile("package/package.json"))
        self.name, self.version = self.manifest["name"], self.manifest["version"]
        self.path = f"/{self.name}/-/{self.name.split('/')[-1]}-{self.version}.tgz"
        self.hashes = {
            "shasum": hashlib.sha1(self.content).hexdigest(),
            "integrity": "sha512-" + base64.b64encode(hashlib.sha512(self.content).digest()).decode(),
        }

    def entry(self, origin: str, abbreviated: bool) -> dict:
        """What a packument says of this version."""
        entry = self.manifest | {
            "hasInstallScript": not INSTALL_SCRIPTS.isdisjoint(self.manifest.get("scripts", {})),
            "dist": {"tarball": origin + self.path} | self.hashes,
        }
        return {key: value for key, value in entry.items() if key in ABBREVIATED_FIELDS} if abbreviated else entry

    @property
    def age(self) -> list[int]:
        """Orders versions."""
        return [int(number) for number in re.findall(r"\d+", self.version)]


class Registry:
    """What the tarballs of a folder say to a client."""

    def __init__(self, folder: Path) -> None:
        tarballs = sorted(map(Tarball, folder.glob("*.tgz")), key=lambda tarball: tarball.age)
        if not tarballs:
            sys.exit(f"no npm packages in '{folder}'")
        self.tarballs = {tarball.path: tarball.content for tarball in tarballs}
        self.packages: dict[str, list[Tarball]] = {}
        for tarball in tarballs:
            self.packages.setdefault(tarball.name, []).append(tarball)

    def packument(self, name: str, origin: str, abbreviated: bool) -> dict | None:
        if name not in self.packages:
            return None
        versions = {tarball.version: tarball.entry(origin, abbreviated) for tarball in self.packages[name]}
        return {"name": name, "dist-tags": {"latest": self.packages[name][-1].version}, "versions": versions}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, registry: Registry, *connection) -> None:
        self.registry = registry
        super().__init__(*connection)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path in self.registry.tarballs:
            return self.answer(200, "application/octet-stream", self.registry.tarballs[path])
        abbreviated = ABBREVIATED in self.headers.get("Accept", "")
        packument = self.registry.packument(path[1:], f"http://{self.headers['Host']}", abbreviated)
        if packument:
            self.answer_json(200, packument, ABBREVIATED if abbreviated else "application/json")
        else:
            self.answer_json(404, {"error": "Not found"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # An audit that knows of nothing.
        is_audit = self.path.startswith("/-/npm/v1/security/")
        self.answer_json(200 if is_audit else 404, {} if is_audit else {"error": "Not found"})

    def answer_json(self, status: int, value: dict, kind: str = "application/json") -> None:
        self.answer(status, kind, json.dumps(value).encode())

    def answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        """Says nothing: whoever started the registry may not read along."""


class Server(ThreadingHTTPServer):
    # npm opens many connections at once.
    request_queue_size = 128


def serve(folder: Path, addresses: list[str], port: int) -> int:
    """Serves on every address, all at one port, and returns that."""
    handler = partial(Handler, Registry(folder))
    for address in addresses:
        server = Server((address, port), handler)
        port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return port


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="PACKAGES_FOLDER")
    parser.add_argument("--port", type=int, required=True, help="0 takes any that is free")
    parser.add_argument("--bind", action="append", metavar="ADDRESS", help="may be given several times (default: 127.0.0.1)")
    parser.add_argument("--until-stdin-closes", action="store_true", help="ends with whoever holds the other end")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("listening on", serve(options.folder, options.bind or ["127.0.0.1"], options.port), flush=True)
    if options.until_stdin_closes:
        sys.stdin.buffer.read()
    else:
        threading.Event().wait()


if __name__ == "__main__":
    main()
