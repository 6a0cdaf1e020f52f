"""From a Vega-Lite specification to clean SVG text: one image to a screen reader, no scripts, no outside requests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as Tree

SVG = "http://www.w3.org/2000/svg"
UNWANTED = ("role", "class", "pointer-events", "version")


@dataclass(frozen=True)
class Lines:
    """Lines of text above or below a picture, with their size in pixels and colour."""

    text: Sequence[str]
    size: int
    colour: str
    bold: bool = False


def render(spec: dict[str, Any], spoken: str) -> str:
    """Draw a specification and give it one role and one label, `spoken`."""
    import vl_convert

    root = Tree.fromstring(vl_convert.vegalite_to_svg(json.dumps(spec)))
    clean(root)
    own_names(root, spoken)
    width, height = root.attrib.pop("width"), root.attrib.pop("height")
    root.attrib.update({"viewBox": f"0 0 {width} {height}", "style": f"max-width:{width}px"})
    return written_out(spoken_as(root, spoken))


def written_out(root: Tree.Element) -> str:
    """A drawing as text without prefixes, whatever prefix another library has asked for in the meantime."""
    Tree.register_namespace("", SVG)
    return Tree.tostring(root, encoding="unicode")


def spoken_as(root: Tree.Element, spoken: str) -> Tree.Element:
    """The drawing as one image with a label."""
    root.attrib.update({"role": "img", "aria-label": spoken, "focusable": "false"})
    return root


def clean(node: Tree.Element) -> None:
    """Take out what a reader neither sees nor needs: inner roles and labels, classes, and text that is not shown."""
    for name in [n for n in node.attrib if n in UNWANTED or n.startswith("aria-")]:
        del node.attrib[name]
    for child in list(node):
        if child.get("opacity") == "0" or child.get("display") == "none":
            node.remove(child)
        else:
            clean(child)


def own_names(root: Tree.Element, spoken: str) -> None:
    """Give ids inside the drawing names of their own, so that several drawings can stand on one page."""
    from resettle.provenance import hash_bytes

    mark = hash_bytes(f"{written_out(root)}{spoken}".encode())[:8]
    names = {i: f"clip-{mark}-{n}" for n, i in enumerate(e.attrib["id"] for e in root.iter() if "id" in e.attrib)}
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, names[value])
            elif value.startswith("url(#"):
                element.set(name, f"url(#{names[value[5:-1]]})")


def framed(picture: str, spoken: str, width: int, above: Sequence[Lines], below: Sequence[Lines]) -> str:
    """A picture with lines of text above and below it, on white, as one SVG."""
    inner = Tree.fromstring(picture)
    _, _, inner_width, inner_height = inner.attrib["viewBox"].split()
    root = Tree.Element(f"{{{SVG}}}svg")
    Tree.SubElement(root, f"{{{SVG}}}rect", {"width": "100%", "height": "100%", "fill": "#ffffff"})
    top = written(root, above, 8.0) + 8
    for name in ("role", "aria-label", "style"):
        inner.attrib.pop(name)
    inner.attrib.update({"x": "8", "y": f"{top:g}", "width": inner_width, "height": inner_height})
    root.append(inner)
    height = written(root, below, top + float(inner_height) + 4) + 10
    root.attrib.update({"width": str(width + 16), "height": f"{height:g}", "viewBox": f"0 0 {width + 16} {height:g}"})
    return written_out(spoken_as(root, spoken))


def written(root: Tree.Element, blocks: Sequence[Lines], top: float) -> float:
    """Write blocks of lines from `top` down; returns where they end."""
    for block in blocks:
        for line in block.text:
            top += block.size * 1.3
            style = {"font-family": "Arial, sans-serif", "font-size": f"{block.size}px", "fill": block.colour}
            place = {"x": "8", "y": f"{top - block.size * 0.25:g}"}
            Tree.SubElement(
                root, f"{{{SVG}}}text", {**place, **style, **({"font-weight": "bold"} if block.bold else {})}
            ).text = line
    return top
