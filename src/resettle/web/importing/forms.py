"""Forms of an import: the file, which column is which, and who is like whom."""

from __future__ import annotations

import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django import forms

from resettle.area.importing.headers import plain
from resettle.area.importing.mapping import Mapping, read_mapping
from resettle.errors import BadInput
from resettle.web.importing.models import Import
from resettle.web.importing.reading import MOST_BYTES, declared, renamed
from resettle.web.importing.work import last_mapping
from resettle.web.look.forms import PlainForm

ISO = "iso"
DATES = [
    (ISO, "2026-03-31, or real dates of a spreadsheet"),
    ("%d/%m/%Y", "31/03/2026"),
    ("%d-%m-%Y", "31-03-2026"),
    ("%d %B %Y", "31 March 2026"),
    ("%d-%b-%Y", "31-Mar-2026"),
    ("excel", "Bare numbers of a spreadsheet, like 46112"),
]
LARGEST_MAPPING = 100_000


class SendForm(PlainForm):
    """What the file holds, and the file."""

    kind = forms.ChoiceField(
        label="What does the file hold?",
        choices=Import.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the file holds"},
    )
    file = forms.FileField(
        label="The file",
        help_text="CSV or Excel (.xlsx), up to 5 MB and 2,000 rows, with the names of the columns in the first row.",
        error_messages={"required": "Choose a file", "empty": "The file is empty", "invalid": "Choose a file"},
    )
    mapping = forms.FileField(
        label="A mapping, if you have one",
        required=False,
        help_text="A TOML file that says which column is which, as for an area. Without it you are asked.",
    )

    def clean_file(self) -> Any:
        """A file that is not too large to be looked at."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("The file must be 5 MB or smaller. Divide it, and send the parts")
        return file

    def clean(self) -> dict[str, Any]:
        """The mapping, read; what is wrong with it stands at its box."""
        values = super().clean()
        file, kind = values.get("mapping"), values.get("kind")
        if file and kind:
            try:
                values["read"] = mapping_in(file, kind)
            except BadInput as error:
                for problem in error.problems[:5]:
                    self.add_error("mapping", str(renamed(problem, file.name)))
        return values


def mapping_in(file: Any, kind: str) -> Mapping:
    """A mapping that was sent. Faults are a `BadInput`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.toml"
        path.write_bytes(file.read(LARGEST_MAPPING))
        return read_mapping(path, declared()[kind])


class ColumnsForm(PlainForm):
    """Which column of the file fills which of ours, and how its dates are written."""

    def __init__(self, *args: Any, made: Import, **options: Any) -> None:
        super().__init__(*args, **options)
        self.table = declared()[made.kind]
        before = last_mapping(made)
        known = {column: source for source, column in before.get("columns", {}).items()}
        own = [name for name in made.header if not name.startswith("_")]
        for name, column in self.table.columns.items():
            words = "; ".join(f"{code} {meaning}" for code, meaning in column.allowed.items())
            self.fields[name] = forms.ChoiceField(
                label=name.replace("_", " ").capitalize(),
                help_text=f"{column.meaning}{f' As: {words}.' if words else ''}",
                choices=[("", "Not in the file"), *((one, one) for one in own)],
                required=column.required,
                initial=known.get(name) or nearest(name, own),
                error_messages={"required": f"Choose the column that holds: {name.replace('_', ' ')}"},
            )
        self.fields["date_format"] = forms.ChoiceField(
            label="How are dates written?",
            choices=DATES,
            widget=forms.RadioSelect,
            initial=before.get("date_format", ISO),
            error_messages={"required": "Select how dates are written"},
        )

    def clean(self) -> dict[str, Any]:
        """Each column of the file fills one of ours at most."""
        values = super().clean()
        chosen = [name for name in self.table.columns if values.get(name)]
        for n, name in enumerate(chosen):
            if values[name] in [values[other] for other in chosen[:n]]:
                self.add_error(name, f"“{values[name]}” is chosen twice. Choose another column")
        return values

    def mapping(self) -> Mapping:
        """What was chosen, as a mapping."""
        columns = {self.cleaned_data[name]: name for name in self.table.columns if self.cleaned_data.get(name)}
        written = self.cleaned_data["date_format"]
        return Mapping(columns=columns, date_format=None if written == ISO else written)


def nearest(name: str, own: list[str]) -> str:
    """The column of the file whose name is nearest to one of ours; empty where none is near."""
    near = {plain(one): one for one in own}
    close = get_close_matches(name, near, n=1, cutoff=0.8)
    return near[close[0]] if close else ""
