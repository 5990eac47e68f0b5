"""An HTTP server without dependencies that says which app and which release it is."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME = os.environ.get("ORCHESTRATOR_APP", "dockerfile-hello")
RELEASE = os.environ.get("ORCHESTRATOR_RELEASE", "dev")
PORT = int(os.environ.get("PORT", "8080"))

PAGES = {"/": f"Hello from {NAME} ({RELEASE})\n", "/healthz": "ok\n"}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        body = (page or "not found\n").encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    # A container's first process is spared a SIGTERM that it does not handle itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ThreadingHTTPServer(("0.0.0.0", PORT), Handler) as server:
        server.serve_forever()
