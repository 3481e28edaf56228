# Boxoffice as an image: Node builds the pages, uv the environment, and neither is in what runs.
# Images are named by version. Who can should pin them by digest as well: a tag may be moved.

FROM node:24-trixie-slim AS pages
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web/ ./
RUN npm run build

FROM python:3.13-slim-trixie AS environment
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PROJECT_ENVIRONMENT=/opt/boxoffice \
    UV_PYTHON=/usr/local/bin/python3 \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /build
COPY pyproject.toml uv.lock hatch_build.py README.md LICENSE ./
# What the service stands on changes seldom: a layer of its own.
RUN uv sync --frozen --no-dev --all-extras --no-install-project
COPY src/ src/
COPY --from=pages /build/src/boxoffice/pages/ src/boxoffice/pages/
RUN uv sync --frozen --no-dev --all-extras --no-editable

FROM python:3.13-slim-trixie
RUN groupadd --system --gid 10001 boxoffice \
    && useradd --system --uid 10001 --gid 10001 --home-dir /nonexistent --no-create-home boxoffice
COPY --from=environment /opt/boxoffice /opt/boxoffice
COPY deploy/compose/healthy.py /opt/boxoffice/healthy.py
ENV PATH=/opt/boxoffice/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    BOXOFFICE_HOST=0.0.0.0 \
    BOXOFFICE_PORT=8000
USER 10001:10001
EXPOSE 8000
# Whether the process is alive, and not whether its stores are: a lost store must not restart every instance.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "/opt/boxoffice/healthy.py", "/healthz"]
# Without a shell in between: signals reach the service.
ENTRYPOINT ["boxoffice"]
CMD ["serve"]
