# The line's tag, not a patch's: a rebuild takes the security fixes. A release is frozen by its own tag.
FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/tianfu
ENV PATH=/opt/tianfu/bin:$PATH
WORKDIR /src

# What changes rarely comes first: a change of our own code does not install everything again.
# Wheels only: no compiler is needed here, and no package runs code of its own while it is installed.
COPY requirements.lock ./
RUN pip install --no-deps --only-binary=:all: --require-hashes --requirement requirements.lock

# Without extras: the embedded PostgreSQL and Redis and the development tools are not part of the image.
# `pip check` fails the build when the lock has become too old for pyproject.toml.
COPY pyproject.toml README.md LICENSE ./
COPY backend ./backend
RUN pip install --no-deps . && pip check


FROM python:3.13-slim-bookworm

# A number, not a name, so that a platform which forbids root can see from outside that this is not root.
RUN groupadd --gid 10001 tianfu \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tianfu \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/tianfu
COPY --from=build /opt/tianfu /opt/tianfu

# The file system may be read-only: byte code was written by the build, the rest goes to /tmp.
# The processes listen on every address of the container, which only the proxy's network reaches.
ENV PATH=/opt/tianfu/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TIANFU_ENVIRONMENT=production \
    TIANFU_HOST=0.0.0.0 \
    TIANFU_PORT=8000 \
    TIANFU_VAR_DIR=/tmp/tianfu \
    TIANFU_FILES_DIR=/var/lib/tianfu

USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM

# Alive, not ready: a database that is away makes the service unready, and starting it again would not help.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/livez', timeout=2)"]

CMD ["tianfu", "serve"]
