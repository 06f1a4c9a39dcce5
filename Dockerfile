# The image of every role. Needs nothing of BuildKit, so that the classic builder makes it as well.
#
#   docker build -t logmill .
#   docker run --rm logmill --help
#
# What is in it: Node.js, the bundled program, and the few packages that a bundle can not hold. It
# writes to /data and /tmp alone, so the root file system may be read-only, and runs as a user without
# rights. Mount a volume on /data for ventilator and sink; none is declared here, since workers keep
# nothing, and each that is scaled away would leave an empty one behind.
ARG NODE_IMAGE=node:22-bookworm-slim
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build.mjs

FROM ${NODE_IMAGE} AS modules
WORKDIR /modules
COPY package.json package-lock.json .npmrc ./
COPY scripts/prune-modules.mjs ./
# Only production dependencies; of the native one only what this platform loads.
RUN npm ci --omit=dev && node prune-modules.mjs

FROM ${BASE_IMAGE}
RUN groupadd --gid 10001 logmill \
  && useradd --uid 10001 --gid logmill --no-create-home --home-dir /data --shell /usr/sbin/nologin logmill \
  && mkdir -p /data /logs /keys /etc/logmill /app \
  && chown logmill:logmill /data /logs /keys
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=modules /modules/node_modules /app/node_modules
COPY --from=build /build/dist /app/dist
COPY package.json LICENSE /app/
RUN ln -s /app/dist/cli/main.js /usr/local/bin/logmill && chmod 755 /app/dist/cli/main.js
ENV NODE_ENV=production LOGMILL_LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
EXPOSE 5555 5556 5557 8555
# The roles listen for signals themselves, and reap the processes that they start.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8555/health').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["--help"]
