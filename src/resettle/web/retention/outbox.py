"""The files in which messages were written where no carrier is set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from resettle.web.correspondence.models import Message


def sent_files(people: list[Any]) -> list[Path]:
    """The files of messages to these people, by the key that each carries in its name or its headers."""
    keys = {str(key) for key in Message.objects.filter(thread__person__in=people).values_list("pk", flat=True)}
    folder = Path(settings.EMAIL_FILE_PATH)
    texts = [folder / "texts" / f"{key}.txt" for key in sorted(keys)]
    mails = [path for path in sorted(folder.glob("*.log")) if key_of(path) in keys] if keys and folder.is_dir() else []
    return [path for path in texts if path.is_file()] + mails


def key_of(path: Path) -> str:
    """The key in the headers of an e-mail in a file; empty where there is none."""
    with path.open("r", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not line.strip():
                return ""
            if line.lower().startswith("message-id:"):
                return line.split("<", 1)[-1].split("@", 1)[0].strip()
    return ""
