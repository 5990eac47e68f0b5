# Rendered by orchestrator from the stack 'mern-backend'.
FROM node:24-slim AS build
WORKDIR /app

ENV NODE_ENV="production"
ENV npm_config_audit="false"
ENV npm_config_cache="/orchestrator/dependencies/npm-cache"
ENV npm_config_fund="false"
ENV npm_config_include="dev"
ENV npm_config_update_notifier="false"

COPY ["package.json","package.json"]
COPY ["package-lock.json","package-lock.json"]

RUN ["npm","ci"]

COPY [".orchestrator-files/","/orchestrator/files/"]

COPY . .

RUN ["npm","run","build","--if-present"]
RUN ["npm","prune","--omit=dev","--include=prod"]

FROM node:24-slim
WORKDIR /app

COPY [".orchestrator-files/","/orchestrator/files/"]

RUN ["chown","30007:30007","/app"]
COPY --chown=30007:30007 --from=build ["/app/","/app/"]

USER 30007:30007
