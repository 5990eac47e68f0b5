"""A FastAPI app that says which app and which release it is."""

import os

from fastapi import FastAPI

app = FastAPI()

NAME = os.environ.get("ORCHESTRATOR_APP", "fastapi-hello")
RELEASE = os.environ.get("ORCHESTRATOR_RELEASE", "dev")


@app.get("/")
async def hello() -> dict[str, str]:
    return {"message": f"Hello from {NAME} ({RELEASE})"}


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}
