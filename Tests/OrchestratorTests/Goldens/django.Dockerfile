# Rendered by orchestrator from the stack 'django'.
FROM python:3.13-slim
WORKDIR /app

ENV PIP_DISABLE_PIP_VERSION_CHECK="1"
ENV PIP_NO_CACHE_DIR="1"

COPY ["requirements.txt","requirements.txt"]

RUN ["python3","-m","venv","/orchestrator/dependencies"]
RUN ["/orchestrator/dependencies/bin/pip","install","-r","requirements.txt"]
RUN ["/orchestrator/dependencies/bin/pip","install","gunicorn","whitenoise"]

COPY [".orchestrator-files/","/orchestrator/files/"]

RUN ["chown","30007:30007","/app"]
COPY --chown=30007:30007 . .

USER 30007:30007
