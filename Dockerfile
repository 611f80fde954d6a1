# Teleward in a container: pinned requirements, nobody's rights, no compiler in what runs.
# For training only, never for the care of a patient.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /src
COPY requirements/run.txt requirements/run.txt
RUN python -m venv /opt/teleward && /opt/teleward/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY bench bench
COPY broker broker
COPY dashboard dashboard
COPY devices devices
COPY scenarios scenarios
COPY teleward teleward
COPY vitals vitals
RUN /opt/teleward/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps .

FROM python:${PYTHON}-slim
# The folders that volumes are mounted on belong to whom we run as; a new volume takes that over.
RUN useradd --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin teleward \
 && install -d -o teleward -g teleward -m 0700 /data /broker /tokens
COPY --from=build /opt/teleward /opt/teleward
ENV PATH=/opt/teleward/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    TELEWARD_DATA=/data
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["teleward"]
CMD ["--help"]
