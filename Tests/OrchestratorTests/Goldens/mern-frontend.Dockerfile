# Rendered by orchestrator from the stack 'mern-frontend'.
FROM node:24-slim AS build
WORKDIR /app

ENV NODE_ENV="production"
ENV REACT_APP_API_URL="/api"
ENV VITE_API_URL="/api"
ENV npm_config_audit="false"
ENV npm_config_cache="/orchestrator/dependencies/npm-cache"
ENV npm_config_fund="false"
ENV npm_config_include="dev"
ENV npm_config_update_notifier="false"

COPY ["package.json","package.json"]
COPY ["package-lock.json","package-lock.json"]

RUN ["npm","ci"]

COPY . .

RUN ["npm","run","build"]

RUN ["test","-e","dist/index.html"]

FROM nginx:1.30

COPY --chown=30007:30007 --from=build ["/app/dist/","/orchestrator/pages/"]
COPY [".orchestrator-server/","/orchestrator/"]

USER 30007:30007
