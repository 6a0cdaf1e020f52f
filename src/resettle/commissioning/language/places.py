"""Places inside a contract: `payments.fee.amount` names a value, blocks of a list by their id and other steps by their number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Tree = dict[str, Any]


class NoPlace(LookupError):
    """A place that the contract does not have; `known` are the names that stand there."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(name)
        self.name, self.known = name, known


def names_in(node: Any) -> dict[str, Any]:
    """What stands directly under a node, by the name a place gives it; the value is the key or position."""
    if isinstance(node, dict):
        return {key: key for key in node}
    return {
        str(item["id"]) if isinstance(item, dict) and "id" in item else str(n + 1): n for n, item in enumerate(node)
    }


def step(node: Any, rest: str) -> tuple[str, Any, str]:
    """The first name of `rest` under a node, its key (None where it is new), and what remains of `rest`."""
    if not isinstance(node, dict | list):
        raise NoPlace(rest, [])
    known = names_in(node)
    for name in sorted(known, key=len, reverse=True):
        if rest == name or rest.startswith(f"{name}."):
            return name, known[name], rest[len(name) + 1 :]
    head, _, tail = rest.partition(".")
    if tail:
        raise NoPlace(head, list(known))
    return head, None, ""


def put(tree: Tree, place: str, value: Any) -> None:
    """Put a value at a place of a raw contract, in place. A last name that is new is added; any other is a `NoPlace`."""
    node: Any = tree
    while True:
        name, key, place = step(node, place)
        if place:
            node = node[key]
        elif key is None and isinstance(node, list):
            if not isinstance(value, dict):
                raise NoPlace(name, list(names_in(node)))
            node.append({"id": name, **value})
            return
        else:
            node[name if key is None else key] = value
            return


def remove(tree: Tree, place: str) -> None:
    """Take a block out of a raw contract, in place."""
    node: Any = tree
    while True:
        name, key, place = step(node, place)
        if key is None:
            raise NoPlace(name, list(names_in(node)))
        if not place:
            del node[key]
            return
        node = node[key]


def leaves(node: Any, where: tuple[Any, ...] = (), name: str = "") -> Iterator[tuple[tuple[Any, ...], str, Any]]:
    """Every single value: its path of keys and positions, its place, and the value."""
    if not isinstance(node, dict | list):
        yield where, name, node
        return
    for word, key in names_in(node).items():
        yield from leaves(node[key], (*where, key), f"{name}.{word}" if name else word)
