# Rendered by orchestrator from the stack 'flask'.
FROM python:3.13-slim
WORKDIR /app

ENV PIP_DISABLE_PIP_VERSION_CHECK="1"
ENV PIP_NO_CACHE_DIR="1"

COPY ["requirements.txt","requirements.txt"]
COPY ["requirements/","requirements/"]

RUN ["python3","-m","venv","/orchestrator/dependencies"]
RUN ["/orchestrator/dependencies/bin/pip","install","-r","requirements.txt"]
RUN ["/orchestrator/dependencies/bin/pip","install","gunicorn"]

RUN ["chown","30007:30007","/app"]
COPY --chown=30007:30007 . .

USER 30007:30007
