"""What carries text messages. By default each is written to a file of the workspace, and nothing leaves the machine.

Another carrier is a class with `send(number, words, key)`; `RESETTLE_TEXTS` names it. `key` is the same whenever one message
is sent again, so that a carrier can see that it had it before.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string


class Carrier(Protocol):
    """Whatever sends text messages."""

    def send(self, number: str, words: str, key: str) -> None:
        """Send one; an error of any kind leaves the message waiting."""


class FileTexts:
    """One file a message, named by its key: sending it again writes the same file."""

    def send(self, number: str, words: str, key: str) -> None:
        """Write it."""
        folder = Path(settings.EMAIL_FILE_PATH) / "texts"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key}.txt").write_text(f"To: {number}\n\n{words}\n", "utf-8")


def carrier() -> Carrier:
    """The carrier that the settings name."""
    made: Any = import_string(settings.TEXTS)()
    return made


def send(channel: str, to: str, words: str, key: str) -> None:
    """Send by text message or e-mail."""
    if channel == "text":
        carrier().send(to, words, key)
        return
    mail = EmailMessage("A message", words, to=[to], headers={"Message-ID": f"<{key}@resettle.invalid>"})
    mail.send()
