# One image for api, worker and gateway; docker-compose.yml says which one a container is.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY . .
# Installs and builds, the dashboard too (its bundler comes as an optional package of the platform).
RUN node scripts/run.mjs build && node scripts/run.mjs docs && npm prune --omit=dev --omit=optional

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production UNDERSTUDY_HOME=/data BIND=0.0.0.0
# Process 1 awaits the orphans of model servers that the worker starts; else they count against their limits for good.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data /artifacts && chown node:node /data /artifacts
VOLUME /data
USER node
ENTRYPOINT ["tini", "--"]
CMD ["node", "dist/apps/api/src/main.js"]
