"""Made-up people on two lists that spell them differently: who is who is known."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from resettle.reference.identifiers import check_letter

TODAY = date(2026, 1, 1)
CONSONANTS, VOWELS = "bcdfghjklmnprstvw", "aeiou"


@dataclass(frozen=True)
class Lists:
    """Two files, and the register's record of each record of the list that has one."""

    ours: Path
    theirs: Path
    truth: dict[str, str]


def words(random, count, most):
    """Made-up names of two to `most` syllables."""
    made = set()
    while len(made) < count:
        parts = random.integers(0, len(CONSONANTS) * len(VOWELS), random.integers(2, most + 1)).tolist()
        made.add("".join(CONSONANTS[part // len(VOWELS)] + VOWELS[part % len(VOWELS)] for part in parts))
    return np.array(sorted(made))


def common(random, count, kinds):
    """Which of `kinds` names each of `count` people has: a few are common, most are rare."""
    share = 1 / np.arange(1, kinds + 1) ** 0.9
    return random.choice(kinds, count, p=share / share.sum())


def typo(random, word):
    """One letter changed, left out or put in."""
    at, letter = random.integers(len(word)), CONSONANTS[random.integers(len(CONSONANTS))]
    return [word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1 :], word[:at] + letter + word[at:]][
        random.integers(3)
    ]


def register(random, size, first_number):
    """People of a register: record, forename, surname, date of birth, PNC identifier."""
    forenames, surnames = words(random, 300, 3), words(random, 4_000, 4)
    first, last = common(random, size, 300), common(random, size, 4_000)
    born = [date(1960, 1, 1) + timedelta(days=int(d)) for d in random.integers(0, 16_000, size)]
    serials = range(first_number, first_number + size)
    numbers = [f"{1980 + i % 20}/{i:07}{check_letter(f'{80 + i % 20}{i:07}')}" for i in serials]
    return [(f"b{i}", forenames[first[i]], surnames[last[i]], born[i], numbers[i]) for i in range(size)]


def noisy(random, person):
    """The same person as a busy worker wrote them down: 10% typing errors in the surname, 5% wrong dates, 30% no PNC."""
    _, forename, surname, born, pnc = person
    surname = typo(random, surname) if random.random() < 0.10 else surname
    born = born + timedelta(days=int(random.integers(1, 20))) if random.random() < 0.05 else born
    return forename.title(), surname.title(), born.strftime("%d/%m/%Y"), "" if random.random() < 0.30 else pnc


def make_lists(folder, size, listed, strangers=0, seed=1):
    """A register of `size`, and a list of `listed` of them and of some strangers, in mixed order."""
    random = np.random.default_rng(seed)
    people = register(random, size + strangers, 300_000 * seed)
    there, away = people[:size], people[size:]
    chosen = [there[i] for i in random.choice(size, listed, replace=False)] + away
    order = random.permutation(len(chosen))
    rows, truth = [], {}
    for number, which in enumerate(order):
        rows.append((f"a{number}", *noisy(random, chosen[which])))
        if which < listed:
            truth[f"a{number}"] = chosen[which][0]
    folder.mkdir(parents=True, exist_ok=True)
    header = ("record_id", "forename", "surname", "birth_date", "pnc")
    write(folder / "list.csv", header, rows)
    write(folder / "register.csv", header, [(i, f, s, b.isoformat(), p) for i, f, s, b, p in there])
    return Lists(folder / "list.csv", folder / "register.csv", truth)


def write(file, header, rows):
    """Write a CSV file."""
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return file
