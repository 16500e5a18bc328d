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
    TORCH_HOME=/family/weights
USER cousinbot
WORKDIR /family
VOLUME /family
ENTRYPOINT ["cousinbot"]
CMD ["run"]
