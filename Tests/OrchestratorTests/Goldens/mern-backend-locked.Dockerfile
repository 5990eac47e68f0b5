# Rendered by orchestrator from the stack 'mern-backend'.
FROM node:24-slim
WORKDIR /app

RUN ["chown","10001:10001","/app"]

COPY ["package.json","package.json"]
COPY ["package-lock.json","package-lock.json"]

RUN ["npm","ci","--omit=dev"]

COPY --chown=10001:10001 . .

USER 10001:10001
