# The API server with the local engines. Build: docker build -t edit-runner .
FROM python:3.13-slim AS build

WORKDIR /source
RUN python -m venv /opt/edit-runner
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# The dependencies first, by their hashes: this layer stays as long as the locks do.
COPY requirements-server.lock ./
RUN /opt/edit-runner/bin/pip install --require-hashes -r requirements-server.lock

COPY pyproject.toml README.md LICENSE ./
COPY recipes recipes
COPY runner runner
RUN pip wheel --no-deps --wheel-dir /wheels . \
    && /opt/edit-runner/bin/pip install --no-deps /wheels/*.whl


FROM python:3.13-slim

# What OpenCV and the face network load.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libegl1 libgles2 libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --system --uid 10001 --no-create-home --home-dir /data runner \
    && install -d -o runner -g runner -m 700 /data
COPY --from=build /opt/edit-runner /opt/edit-runner

ENV PATH=/opt/edit-runner/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER runner
WORKDIR /data
VOLUME /data
EXPOSE 8787
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8787/v1/readiness', timeout=4)"]

# Mount the key file, owned by user 10001 with mode 600, at /run/secrets/keys. Further options go after the image's name.
ENTRYPOINT ["runner", "serve", "--host", "0.0.0.0", "--port", "8787", "--data", "/data", "--api-key-file", "/run/secrets/keys"]
