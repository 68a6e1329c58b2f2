# Reelgate as an image: `docker build -t reelgate .`
#
# It is a production process: SECRET_KEY, ALLOWED_HOSTS and the storage account come from whoever runs it. While nobody
# has an account, its log tells an address by which the first one is made.
FROM node:20-slim AS scripts
WORKDIR /srv
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --omit=optional --no-audit --no-fund

FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    APP_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/home/reelgate/data

RUN useradd --create-home --uid 10001 reelgate
WORKDIR /srv/reelgate

# The packages change less often than the code: their layer is kept until the lock file changes.
COPY requirements.txt requirements-captions.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

# `--build-arg CAPTIONS=1` brings what recognises speech, some 400 MB; then set CAPTIONS_ENGINE=whisper.
ARG CAPTIONS=0
RUN if [ "$CAPTIONS" = 1 ]; then pip install --no-cache-dir --require-hashes -r requirements-captions.txt; fi

# The code belongs to root: the server cannot change what it runs.
COPY . .
COPY --from=scripts /srv/node_modules/hls.js/dist/hls.min.mjs static/vendor/hls.js
COPY --from=scripts /srv/node_modules/hls.js/LICENSE static/vendor/hls.LICENSE.txt

# By its number, by which orchestrators can tell that it is not root.
USER 10001
RUN mkdir "$DATA_DIR"
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]
CMD ["bash", "startup.sh"]
