"""Settings of the workspace under test: invented people, a folder of its own, SQLite unless RESETTLE_DATABASE names another."""

import os
import tempfile

os.environ.setdefault("RESETTLE_MODE", "demo")
os.environ.setdefault("RESETTLE_HOME", tempfile.mkdtemp(prefix="resettle-workspace-"))

from resettle.web.settings import *  # noqa: F403

# Argon2 is slow on purpose; tests sign in thousands of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

if not os.environ.get("RESETTLE_DATABASE"):
    # A file, not memory: two savers at once meet as they do in use.
    DATABASES["default"]["TEST"] = {"NAME": HOME / "test.sqlite3"}  # noqa: F405
