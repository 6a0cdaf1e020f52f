"""Pages of imports: send a file, match its columns, see what it would do, and bring it in."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from resettle.errors import BadInput
from resettle.web.access.audit import record
from resettle.web.access.models import Role, Verb
from resettle.web.importing import work
from resettle.web.importing.forms import ColumnsForm, SendForm
from resettle.web.importing.models import Import, Row
from resettle.web.importing.reading import ROW_ID, declared
from resettle.web.look.forms import sent
from resettle.web.plans.views import page, signed_in

SHOWN = 200
RUNS = re.compile(r"^[\s']*[=+\-@\t\r]")
"""Text that a spreadsheet would run."""


def imports(request: HttpRequest) -> HttpResponse:
    """Send a file; and those that were sent, newest first."""
    user = signed_in(request)
    form = SendForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            file = values["file"]
            made = work.send(values["kind"], file.name, file.read(), user, values.get("read"))
            if "read" in values:
                work.show(made, values["read"])
            return redirect("import_rows" if "read" in values else "import_columns", import_id=made.pk)
        except BadInput as error:
            tell(form, "file", error)
    kept = [{"one": one, "said": work.said_of(work.counted(one))} for one in Import.objects.filter(by=user)[:20]]
    about = {"form": form, "kept": kept, "tables": declared()}
    return page(request, "importing/imports.html", about)


def tell(form: Any, name: str | None, error: BadInput) -> None:
    """What is wrong with a file, at its box."""
    for problem in error.problems[:10]:
        form.add_error(name if name in form.fields else None, str(problem))


def own(request: HttpRequest, import_id: Any, *states: str) -> Import:
    """A file that the reader sent; others' files are not shown to them."""
    kept = Import.objects.filter(by=signed_in(request), state__in=states or Import.State.values)
    return get_object_or_404(kept, pk=import_id)


def import_columns(request: HttpRequest, import_id: Any) -> HttpResponse:
    """Say which column is which."""
    made = own(request, import_id, Import.State.SENT, Import.State.SHOWN)
    form = ColumnsForm(sent(request), made=made)
    if request.method == "POST" and form.is_valid():
        try:
            work.show(made, form.mapping())
            return redirect("import_rows", import_id=made.pk)
        except BadInput as error:
            tell(form, error.problems[0].column, error)
    return page(request, "importing/columns.html", {"form": form, "made": made})


def import_rows(request: HttpRequest, import_id: Any) -> HttpResponse:
    """What the file would do, row by row; then, once confirmed, what it did."""
    made = own(request, import_id, Import.State.SHOWN, Import.State.DONE)
    if request.method == "POST":
        return decide(request, made)
    rows = made.rows.select_related("person", "like")
    about = {
        "made": made,
        "said": work.said_of(work.counted(made)),
        "coming": rows.filter(state=Row.State.GOOD)[:SHOWN],
        "like": rows.filter(state=Row.State.LIKE),
        "bad": [{"row": row, "problems": work.told(row)} for row in rows.filter(state=Row.State.BAD)[:SHOWN]],
        "names_others": signed_in(request).role == Role.COORDINATOR,
        "most": SHOWN,
    }
    return render(request, "importing/rows.html", about)


def decide(request: HttpRequest, made: Import) -> HttpResponse:
    """Bring the file in, or throw it away."""
    if "drop" in request.POST and made.state == Import.State.SHOWN:
        made.delete()
        messages.success(request, "The file is thrown away. Nothing of it was brought in.")
        return redirect("imports")
    choices = {row.number: request.POST.get(f"like_{row.number}", "") for row in made.rows.filter(state=Row.State.LIKE)}
    counts = work.confirm(made, choices)
    messages.success(request, work.said_of(counts))
    return redirect("import_rows", import_id=made.pk)


def import_bad(request: HttpRequest, import_id: Any) -> HttpResponse:
    """The rows to mend as a file: their own cells, and beside them what is wrong; mend it and send it again."""
    made = own(request, import_id, Import.State.DONE)
    rows = made.rows.filter(state=Row.State.BAD)
    out = io.StringIO()
    writer = csv.writer(out)
    own_columns = [name for name in made.header if not name.startswith("_")]
    writer.writerow([ROW_ID, "_row", "_problems", *own_columns])
    for row in rows:
        said = " ".join(str(problem) for problem in work.told(row))
        writer.writerow([row.pk, row.number, safe(said), *(safe(cell) for cell in row.cells)])
    record(signed_in(request), Verb.EXPORT, "import_bad", reason=f"{len(rows)} rows to mend")
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="to-mend-{made.kind}.csv"'
    return response


def safe(text: str) -> str:
    """Text that a spreadsheet shows and does not run."""
    return f"'{text}" if RUNS.match(text) else text
