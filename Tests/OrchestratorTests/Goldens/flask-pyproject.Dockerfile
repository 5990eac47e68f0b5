# Rendered by orchestrator from the stack 'flask'.
FROM python:3.13-slim
WORKDIR /app

ENV PIP_DISABLE_PIP_VERSION_CHECK="1"
ENV PIP_NO_CACHE_DIR="1"

COPY ["pyproject.toml","pyproject.toml"]

RUN ["python3","-m","venv","/orchestrator/dependencies"]
RUN ["/orchestrator/dependencies/bin/pip","install","uv"]
RUN ["/orchestrator/dependencies/bin/uv","pip","install","--python","/orchestrator/dependencies/bin/python","-r","pyproject.toml"]
RUN ["/orchestrator/dependencies/bin/pip","install","gunicorn"]

RUN ["chown","30007:30007","/app"]
COPY --chown=30007:30007 . .

USER 30007:30007
