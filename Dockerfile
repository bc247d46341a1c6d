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

# A worker with NVIDIA's libraries: docker build --target graft-cuda -t graft:cuda .
# onnxruntime's CUDA provider wants CUDA 12 and cuDNN 9; the driver comes from the host, through NVIDIA's container runtime.
FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04 AS graft-cuda
COPY --from=graft /usr/local/bin/node /usr/local/bin/node
COPY --from=graft --chown=1000:1000 /graft /graft
WORKDIR /graft
ENV DO_NOT_TRACK=1 NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
# No GPU while it is built: only the provider is fetched here, `graft doctor` tells on the GPU machine whether it runs.
RUN node apps/cli/bin/graft.mjs backends install cuda; mkdir -p /cache && chown -R 1000:1000 /cache
USER 1000:1000

# What `docker build .` makes.
FROM graft
