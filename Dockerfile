# One image for server and worker: both run from the TypeScript source, the dashboard is built in.
FROM node:20-bookworm-slim AS graft
WORKDIR /graft
ENV NEXT_TELEMETRY_DISABLED=1 TURBO_TELEMETRY_DISABLED=1 CHECKPOINT_DISABLE=1 DO_NOT_TRACK=1
COPY . .
RUN npm install --global "$(node -p 'require("./package.json").packageManager')" \
  && pnpm install --frozen-lockfile \
  && pnpm exec turbo run build --output-logs=errors-only \
  && mkdir -p /data /cache && chown -R node:node /data /cache /graft/apps/web/.next
USER node
