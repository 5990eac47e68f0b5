"""A Flask app that says which app and which release it is."""

import os

from flask import Flask

app = Flask(__name__)

NAME = os.environ.get("ORCHESTRATOR_APP", "flask-hello")
RELEASE = os.environ.get("ORCHESTRATOR_RELEASE", "dev")


@app.get("/")
def hello() -> str:
    return f"Hello from {NAME} ({RELEASE})\n"


@app.get("/healthz")
def healthz() -> str:
    return "ok\n"
