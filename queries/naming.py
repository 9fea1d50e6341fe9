"""Finds the nodes that a person names: as `Kind:id`, by an id alone, or by an address."""

from __future__ import annotations

from qikg.graph.store import Store
from qikg.ontology.classes import LABELS, NODES
from qikg.ontology.errors import UsageError
from qikg.ontology.terms import BASE, concept, identifier_of
from qikg.queries.suggest import did_you_mean

_CONCEPT = "Concept"


def named_nodes(question: str, option: str, text: str, store: Store) -> tuple[str, list[str]]:
    """Give the id that is named, and the kinds (key labels) of the nodes that bear it, in the order of the ontology.

    An id alone may be that of nodes of several kinds. Raises UsageError where there is no such node.
    """
    identifier, kinds = _read(text, store)
    found = [kind for kind in kinds if _is_there(kind, identifier, store)]
    if not found:  # a colon may part a kind from an id, or stand within an id
        identifier, found = text, [kind for kind in NODES if _is_there(kind, text, store)]
    if found:
        return identifier, found
    kind, colon, _ = text.partition(":")
    hint = did_you_mean(kind, LABELS) if colon and kind not in LABELS and "://" not in text else ""
    hint = hint if hint.startswith("Did") else ""  # no list of all kinds where none is near
    raise UsageError(
        f"{question}: {option} {text!r} is no node of this graph. Name it as Kind:id, such as "
        f"Case:williams-best-2022/case-4, by its id alone, or by its address, such as {BASE}case/… {hint}".rstrip()
    )


def _read(text: str, store: Store) -> tuple[str, list[str]]:
    """Give the id and the kinds that a text can mean by its form."""
    if text.startswith(BASE):
        for name, cls in NODES.items():
            if text.startswith(f"{BASE}{cls.kind}/"):
                return (_concept(text, store) if name == _CONCEPT else identifier_of(text, cls.kind)), [name]
    kind, colon, rest = text.partition(":")
    if colon and kind in LABELS:
        return rest, [LABELS[kind].__name__]
    return text, []


def _concept(address: str, store: Store) -> str:
    """Give the code of a concept: its address has the prefix, which is its framework's code, in small letters."""
    prefix, _, local = identifier_of(address, NODES[_CONCEPT].kind).partition("/")
    codes = [str(row["id"]) for row in store.read("MATCH (f:Framework) RETURN f.id AS id ORDER BY id")]
    return next((f"{code}:{local}" for code in codes if concept(f"{code}:{local}") == address), f"{prefix}:{local}")


def _is_there(kind: str, identifier: str, store: Store) -> bool:
    return len(store.read(f"MATCH (n:`{kind}` {{id: $id}}) RETURN n.id LIMIT 1", {"id": identifier})) > 0
