# The product for operators: web, worker, beat and migrations run from this one image (docker-compose.yml).
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/runtime.txt
COPY . /app
WORKDIR /app
RUN /venv/bin/python -m babel.messages.frontend compile -D django -d locale && /venv/bin/python -m compileall -q .

FROM python:3.13-slim
# What prints: notices, certificates, letters, reports.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fontconfig fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent breachdesk \
    && install -d -o breachdesk -g breachdesk /media /static /published
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER breachdesk
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/media STATIC_ROOT=/static PUBLISHED_ROOT=/published
EXPOSE 8000
# A list of a gigabyte takes longer to come in than the 30 seconds after which gunicorn takes a worker for hung.
CMD ["gunicorn", "breachdesk.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "4", "--timeout", "120", "--worker-tmp-dir", "/tmp", "--no-control-socket"]
