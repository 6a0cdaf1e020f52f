"""Where the workspace keeps its data: the secret key and the database of a folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# Write-ahead log and immediate transactions: without them, concurrent savers meet "database is locked". `FULL` costs a
# few milliseconds a save and keeps every confirmed one through a loss of power.
SQLITE = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=134217728;PRAGMA cache_size=2000;"


def secret_key(home: Path) -> str:
    """The secret key of a workspace, made once and readable by its owner only."""
    file = home / "secret.key"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(64))
    key = file.read_text("ascii").strip()
    if len(key) < 50:
        raise ImproperlyConfigured(
            f"{file} holds no key of ours. Move it away, and a new one is made; all are signed out."
        )
    return key


def database(address: str, home: Path) -> dict[str, Any]:
    """Django's settings for the database at an address; SQLite in `home` where there is none."""
    if not address:
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE}
        name = home / "workspace.sqlite3"
        # Each thread keeps its connection: a new one reads the whole schema, and the last to close empties the log.
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": options, "CONN_MAX_AGE": None}
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise ImproperlyConfigured("RESETTLE_DATABASE is not of the form postgresql://user:password@host:port/name.")
    # A socket is named as libpq does: postgresql://user@/name?host=/run/postgresql
    host = parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": parts.port or "",
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}},
    }


def provider(named: Mapping[str, str], plain_http: bool) -> dict[str, Any] | None:
    """The OpenID Connect provider that the environment names, as the sign-in library reads one; None where it names none."""
    address = named.get("RESETTLE_OIDC_URL", "")
    if not address:
        return None
    missing = [name for name in ("RESETTLE_OIDC_ID", "RESETTLE_OIDC_SECRET") if not named.get(name)]
    if missing:
        raise ImproperlyConfigured(f"RESETTLE_OIDC_URL is set: set {' and '.join(missing)} too, or take it away.")
    parts = urlsplit(address)
    if not parts.hostname or parts.scheme not in (("https", "http") if plain_http else ("https",)):
        raise ImproperlyConfigured(f"RESETTLE_OIDC_URL is not of the form https://name/path (found {address!r}).")
    return {
        "provider_id": "organisation",
        "name": named.get("RESETTLE_OIDC_NAME") or "your organisation",
        "client_id": named["RESETTLE_OIDC_ID"],
        "secret": named["RESETTLE_OIDC_SECRET"],
        "settings": {"server_url": address.rstrip("/")},
    }


def origin(address: str) -> str:
    """The scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
