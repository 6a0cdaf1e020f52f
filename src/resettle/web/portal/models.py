"""The card by which a person signs in to what is theirs."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import models
from django.utils import timezone

from resettle.web.people.models import Person

LETTERS = "ACDEFHJKMNPRTUVWXY3479"
"""Nothing that is mistaken for something else when it is read aloud or written by hand."""
CODE_LASTS = timedelta(days=7)
TRIES, REST = 6, timedelta(minutes=30)


def drawn(length: int) -> str:
    """Letters drawn at random, in groups of four."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(length))
    return "-".join(letters[n : n + 4] for n in range(0, length, 4))


def plain(text: str) -> str:
    """A card number or code as it is compared: capitals, without spaces and dashes."""
    return "".join(c for c in text.upper() if c.isalnum())


class Card(models.Model):
    """A person's card: its number, a first code that lasts seven days, then a secret number that the person chose.

    Code and secret number are kept as hashes only. After six wrong tries the card rests for half an hour.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="card")
    number = models.CharField(max_length=20, unique=True)
    code = models.CharField(max_length=200, blank=True)
    code_until = models.DateTimeField(null=True)
    pin = models.CharField(max_length=200, blank=True)
    wrong = models.PositiveSmallIntegerField(default=0)
    rests_until = models.DateTimeField(null=True)
    given_at = models.DateTimeField("when the last code was made, or the card stopped", null=True)

    @classmethod
    def give(cls, person: Person) -> tuple[Card, str]:
        """A new card, or the old one with a new code; the code is told once, and the old secret number no longer works."""
        code = drawn(8)
        card, _ = cls.objects.get_or_create(person=person, defaults={"number": plain(drawn(8))})
        card.code, card.code_until, card.pin = make_password(plain(code)), timezone.now() + CODE_LASTS, ""
        card.wrong, card.rests_until, card.given_at = 0, None, timezone.now()
        card.save()
        return card, code

    def stop(self) -> None:
        """Let nothing open it until a new code is made: it was lost, and nobody is there to take a new one yet."""
        self.code, self.code_until, self.pin, self.given_at = "", None, "", timezone.now()
        self.save()

    @property
    def stopped(self) -> bool:
        """Whether neither a code nor a secret number opens it."""
        return not self.code and not self.pin

    @property
    def shown(self) -> str:
        """The number as it is printed."""
        return f"{self.number[:4]}-{self.number[4:]}"

    @property
    def rests(self) -> bool:
        """Whether there were too many wrong tries a short while ago."""
        return self.rests_until is not None and self.rests_until > timezone.now()

    def opens(self, secret: str) -> bool:
        """Whether this is the secret number; or, where none is chosen yet, the first code, in time. A code works once."""
        if self.pin:
            return self.tried(check_password(plain(secret), self.pin))
        in_time = bool(self.code) and self.code_until is not None and self.code_until > timezone.now()
        right = self.tried(in_time and check_password(plain(secret), self.code))
        if right:
            self.code = ""
            self.save()
        return right

    def tried(self, right: bool) -> bool:
        """Count a try. While the card rests nothing opens it."""
        if self.rests:
            return False
        self.wrong = 0 if right else self.wrong + 1
        if self.wrong >= TRIES:
            self.wrong, self.rests_until = 0, timezone.now() + REST
        self.save()
        return right

    def choose(self, pin: str) -> None:
        """Keep the secret number that the person chose."""
        self.pin = make_password(pin)
        self.save()
