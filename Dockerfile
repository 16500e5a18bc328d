# syntax=docker/dockerfile:1
# Built in one image, run in another: the second has neither the source tree nor a package cache.
FROM python:3.13-slim AS build
RUN python -m venv /opt/cousinbot
WORKDIR /source
COPY . .
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/cousinbot/bin/pip install --constraint requirements.lock .

FROM python:3.13-slim
RUN useradd --uid 1000 cousinbot \
    && install --directory --owner=cousinbot --group=cousinbot --mode=700 /family
COPY --from=build /opt/cousinbot /opt/cousinbot
# HOME: libraries keep caches there, and the container may run as any user.
ENV PATH=/opt/cousinbot/bin:$PATH \
    HOME=/tmp \
    PYTHONUNBUFFERED=1 \
    COUSINBOT_HOME=/family \
    COUSINBOT_FACTS=/family/facts.yaml \
    COUSINBOT_HEALTH_PORT=9110 \
    TORCH_HOME=/family/weights
USER cousinbot
WORKDIR /family
VOLUME /family
# Red while Telegram or the database does not answer; /healthz says which. A start may have to load a network first.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; \
    asked = http.client.HTTPConnection('127.0.0.1', int(os.environ['COUSINBOT_HEALTH_PORT']), timeout=8); \
    asked.request('GET', '/healthz'); \
    sys.exit(asked.getresponse().status != 200)"]
ENTRYPOINT ["cousinbot"]
CMD ["run"]
