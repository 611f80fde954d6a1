"""Making the buckets in an InfluxDB 2, and tokens that may do no more than their part needs.

| token | may read | may write |
| --- | --- | --- |
| station | all three buckets | all three buckets |
| simulate | all three buckets | records (documents) |
| dashboard | all three buckets | nothing |

Done twice it finds what is there, sets the live bucket's age anew and replaces the tokens: the old
ones stop working.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import urllib3
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.domain.onboarding_request import OnboardingRequest
from influxdb_client.domain.permission import Permission
from influxdb_client.domain.permission_resource import PermissionResource
from influxdb_client.rest import ApiException
from influxdb_client.service.setup_service import SetupService

from broker.store.influx_address import InfluxAddress
from broker.store.protocol import StoreUnavailableError

# The client is published half typed; these take and return what its reference says.
_OnboardingRequest: Any = OnboardingRequest
_SetupService: Any = SetupService
_Permission: Any = Permission
_PermissionResource: Any = PermissionResource

ADMIN_TOKEN, ADMIN_USER, ADMIN_PASSWORD = (
    "TELEWARD_INFLUX_ADMIN_TOKEN", "TELEWARD_INFLUX_ADMIN_USER", "TELEWARD_INFLUX_ADMIN_PASSWORD",
)  # fmt: skip
PARTS: Final = {"station": True, "simulate": False, "dashboard": False}
"""The parts that get a token, and whether it may write observations."""
LIVE_AGE_S: Final = 30 * 86_400
_RECORDERS: Final = ("station", "simulate")


@dataclass(frozen=True, slots=True)
class Admin:
    """Who may set up: a token, or the first user's name and password for a server that is new."""

    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> "Admin":
        """Read the environment, or files that it names with ``_FILE``."""
        return cls(*(_secret(name, environ) for name in (ADMIN_TOKEN, ADMIN_USER, ADMIN_PASSWORD)))


def _secret(name: str, environ: Mapping[str, str]) -> str:
    path = environ.get(f"{name}_FILE")
    return environ.get(name) or (Path(path).read_text().strip() if path else "")


def setup(
    url: str, admin: Admin, *, live_age_s: float = LIVE_AGE_S, keep: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Make buckets and tokens on the server at ``url``; return the token of each part.

    ``live_age_s`` is how long real sensors' data stay, 0 for ever. ``keep`` holds tokens of an earlier
    time: those that still work stay as they are. Raises ``ValueError`` for a wrong
    address or missing rights, ``StoreUnavailableError`` where no server answers.
    """
    address = InfluxAddress.parse(url, {"TELEWARD_INFLUX_TOKEN": "none yet"})
    try:
        token = _onboarded(address, admin)
        with InfluxDBClient(address.url, token, org=address.org, ssl_ca_cert=address.ca) as client:
            return _made(client, replace(address, token=token), live_age_s, keep or {})
    except ApiException as error:
        raise ValueError(f"{address.url} refuses: {error.body or error.reason}") from error
    except urllib3.exceptions.HTTPError as error:
        raise StoreUnavailableError(f"{address.url}: {error}") from error


def _onboarded(address: InfluxAddress, admin: Admin) -> str:
    """Return a token that may do everything: the given one, or the first of a new server."""
    if admin.token and not admin.password:
        return admin.token
    with InfluxDBClient(address.url, "") as client:
        service = _SetupService(client.api_client)
        if not service.get_setup().allowed:
            if admin.token:
                return admin.token
            raise ValueError(f"{address.url} is set up already: give its operator's token in {ADMIN_TOKEN}")
        if not (admin.user and admin.password):
            raise ValueError(
                f"{address.url} is new: its first user belongs in {ADMIN_USER}, {ADMIN_PASSWORD}"
            )
        first = _OnboardingRequest(
            username=admin.user, password=admin.password, org=address.org, bucket=address.sessions,
            token=admin.token or None,
        )  # fmt: skip
        return str(service.post_setup(first).auth.token)


def _made(
    client: Any,  # noqa: ANN401 -- untyped client
    address: InfluxAddress,
    live_age_s: float,
    keep: Mapping[str, str],
) -> dict[str, str]:
    org_id = _org(client, address.org)
    ages = {address.sessions: 0.0, address.live: live_age_s, address.records: 0.0}
    buckets = {name: _bucket(client, org_id, name, age_s) for name, age_s in ages.items()}
    good = {part: token for part, token in keep.items() if _works(replace(address, token=token))}
    return {part: good.get(part) or _token(client, address, org_id, part, buckets) for part in PARTS}


def _works(address: InfluxAddress) -> bool:
    """Say whether a token opens all three buckets."""
    names = (address.sessions, address.live, address.records)
    with InfluxDBClient(address.url, address.token, org=address.org, ssl_ca_cert=address.ca) as client:
        try:
            return all(client.buckets_api().find_bucket_by_name(name) for name in names)
        except ApiException:
            return False


def _org(client: Any, name: str) -> str:  # noqa: ANN401 -- likewise
    api = client.organizations_api()
    found = [org for org in api.find_organizations(org=name) if org.name == name]
    return str((found[0] if found else api.create_organization(name=name)).id)


def _bucket(client: Any, org_id: str, name: str, age_s: float) -> str:  # noqa: ANN401 -- likewise
    api = client.buckets_api()
    rules = [{"type": "expire", "everySeconds": round(age_s)}]
    bucket = api.find_bucket_by_name(name)
    if bucket is None:
        bucket = api.create_bucket(bucket_name=name, org=org_id, retention_rules=rules)
    else:
        bucket.retention_rules = rules
        api.update_bucket(bucket)
    return str(bucket.id)


def _token(client: Any, address: InfluxAddress, org_id: str, part: str, buckets: dict[str, str]) -> str:  # noqa: ANN401 -- likewise
    api = client.authorizations_api()
    name = f"teleward {part} of {address.bucket}"
    for old in api.find_authorizations(org_id=org_id):
        if old.description == name:
            api.delete_authorization(old)
    writable = [b for n, b in buckets.items() if PARTS[part] or (part in _RECORDERS and n == address.records)]
    permissions = [_may("read", org_id, b) for b in buckets.values()]
    permissions += [_may("write", org_id, b) for b in writable]
    made = api.create_authorization(org_id=org_id, permissions=permissions)
    made.description = name
    api.update_authorization(made)
    return str(made.token)


def _may(action: str, org_id: str, bucket_id: str) -> object:
    resource = _PermissionResource(type="buckets", id=bucket_id, org_id=org_id)
    return _Permission(action=action, resource=resource)


def kept(folder: Path) -> dict[str, str]:
    """Return the tokens that ``keep`` wrote."""
    paths = {part: folder / f"influx-{part}.token" for part in PARTS}
    return {part: path.read_text().strip() for part, path in paths.items() if path.exists()}


def keep(tokens: Mapping[str, str], folder: Path) -> dict[str, Path]:
    """Write each token into a file that only its owner can read; return the files."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = {part: folder / f"influx-{part}.token" for part in tokens}
    for part, path in paths.items():
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(tokens[part] + "\n")
    return paths
