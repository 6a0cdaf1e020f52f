"""A page taken apart: its ids, links, tables and words, and whether its tags are balanced."""

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "path", "line", "rect", "circle"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.hrefs, self.open, self.faults, self.tables, self.words = [], [], [], [], [], []
        self.tags = set()
        self.feed(text)
        self.close()
        self.faults += [f"never closed: {tag}" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        found = dict(attrs)
        if len(found) != len(attrs):
            self.faults.append(f"an attribute twice: {tag} {attrs}")
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.hrefs.append(found.get("href"))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"closes what is not open: {tag} at {self.getpos()}")

    def handle_data(self, data):
        if "style" not in self.open[-1:]:
            self.words.append(data)
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def column(self, name):
        """Every cell under a heading of this name, over all tables."""
        return [
            line[i].strip()
            for table in self.tables
            for i, head in enumerate(table[0])
            if head.strip() == name
            for line in table[1:]
        ]


def read(path):
    return Page(path.read_text("utf-8"))
