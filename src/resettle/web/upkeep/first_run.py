"""The first set-up of a workspace: its folder, key and database, and the account that makes all others."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from resettle.errors import BadInput, Problem, bad
from resettle.web.serve import demo_of, ready

LONGEST = 200


@dataclass(frozen=True)
class Answers:
    """What a set-up asks for: the organisation, its first team, and who looks after the accounts."""

    organisation: str
    team: str
    name: str
    email: str


@dataclass(frozen=True)
class SetUp:
    """What a set-up did: the administrator's password where one was made, and how many accounts there are now."""

    password: str | None
    accounts: int


def refuse_trial(home: Path) -> None:
    """A trial asks for no second factor and is full of invented people: it never becomes a workspace for real."""
    if demo_of(home):
        raise bad("this folder holds a trial with invented people", file=home, do="Name another folder with --home.")


def accounts_of(home: Path) -> int:
    """How many accounts there are; 0 where nothing was set up, and then nothing is made."""
    if not (home / "secret.key").exists():
        return 0
    ready(home, False)
    from resettle.web.access.models import User

    return User.objects.count()


def set_up(home: Path, answers: Answers) -> SetUp:
    """Make the folder, key and database, and the first administrator. Where there are accounts, nothing changes.

    Answers that cannot be used are a `BadInput`, and then nothing is made.
    """
    refuse_trial(home)
    require_usable(answers)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    ready(home, False)
    from django.db import transaction

    from resettle.web.access.models import User

    with transaction.atomic():
        there = User.objects.count()
        return SetUp(None, there) if there else SetUp(first_account(answers), 1)


def require_usable(answers: Answers) -> None:
    """Every answer that is empty, too long, or no e-mail address is named with its option."""
    given = {"--organisation": answers.organisation, "--team": answers.team, "--name": answers.name}
    problems = [
        Problem(f"1 to {LONGEST} characters are needed", column=option, value=value, do="Give it anew.")
        for option, value in given.items()
        if not 0 < len(value.strip()) <= LONGEST
    ]
    if not is_address(answers.email):
        problems.append(Problem("this is no e-mail address", column="--email", value=answers.email, do="Give it anew."))
    if problems:
        raise BadInput(*problems)


def is_address(text: str) -> bool:
    """Whether a text has the form of an e-mail address."""
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(text.strip())
    except ValidationError:
        return False
    return len(text) <= 254


def first_account(answers: Answers) -> str:
    """Make organisation, team and administrator, with the change on record; the password, which is kept nowhere."""
    from resettle.web.access.audit import record
    from resettle.web.access.models import Organisation, Role, Team, User, Verb

    organisation = Organisation.objects.get_or_create(name=answers.organisation.strip())[0]
    team = Team.objects.get_or_create(organisation=organisation, name=answers.team.strip())[0]
    password = secrets.token_urlsafe(15)
    name, email = answers.name.strip(), answers.email.strip()
    user = User.objects.create_user(email, name, Role.ADMINISTRATOR, password, team=team)
    record(user, Verb.CHANGE, "setup", reason="first administrator")
    return password
