# Reelgate as an image: `docker build -t reelgate .`
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000 \
    DATA_DIR=/home/reelgate/data

RUN useradd --create-home --uid 10001 reelgate
WORKDIR /srv/reelgate

# The packages change less often than the code: their layer is kept until the lock file changes.
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . .

USER reelgate
RUN mkdir "$DATA_DIR"
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]
CMD ["bash", "startup.sh"]
