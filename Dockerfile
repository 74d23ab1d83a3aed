# The daemon in a container: dumps are mounted read-only at /dumps, what it remembers and publishes stands in /data.
#     docker build -t dateline .
#     docker run --read-only -p 127.0.0.1:8080:8080 -v ~/dumps:/dumps:ro -v dateline:/data dateline
FROM python:3.13-slim AS build
COPY . /src
RUN python -m venv /opt/dateline && /opt/dateline/bin/pip install --no-cache-dir /src

FROM python:3.13-slim
COPY --from=build /opt/dateline /opt/dateline
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin dateline \
    && install -d -o dateline -g dateline /data
USER 10001
WORKDIR /data
ENV PATH=/opt/dateline/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    FEEDS_OUT=/data/out \
    FEEDS_STORE=sqlite:////data/feeds.sqlite \
    FEEDS_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["feeds"]
CMD ["run", "/dumps"]
