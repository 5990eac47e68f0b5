# Rendered by orchestrator from the stack 'flask'.
FROM python:3.13-slim
WORKDIR /app

RUN ["chown","10001:10001","/app"]

ENV PIP_DISABLE_PIP_VERSION_CHECK="1"
ENV PIP_NO_CACHE_DIR="1"

COPY ["requirements.txt","requirements.txt"]

RUN ["python3","-m","venv","/orchestrator/dependencies"]
RUN ["/orchestrator/dependencies/bin/pip","install","-r","requirements.txt"]
RUN ["/orchestrator/dependencies/bin/pip","install","gunicorn"]

COPY --chown=10001:10001 . .

USER 10001:10001
