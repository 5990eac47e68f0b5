# Rendered by orchestrator from the stack 'mern-frontend'.
FROM node:24-slim
WORKDIR /app

RUN ["chown","10001:10001","/app"]

COPY ["package.json","package.json"]
COPY ["package-lock.json","package-lock.json"]

RUN ["npm","ci"]

COPY [".orchestrator-files/","/orchestrator/files/"]

COPY --chown=10001:10001 . .

RUN ["npm","run","build"]

USER 10001:10001
