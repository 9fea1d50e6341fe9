"""What a thing is called in print: the words of its class, and its title."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import cache

from qikg.ontology.classes import NODES
from qikg.ontology.model import Node, Ref, Relationship

_TITLES = ("skos:prefLabel", "rdfs:label", "dcterms:title")
"""The terms that carry a title, the best first."""


def class_words(label: str) -> str:
    """Give the name of a class as words.

    >>> class_words("CodedItem"), class_words("Case")
    ('Coded item', 'Case')
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label).capitalize()


def property_words(name: str) -> str:
    """Give the name of a property, or of a type of relationship, as words.

    >>> property_words("beds_printed"), property_words("CODED_AS")
    ('Beds printed', 'Coded as')
    """
    return name.replace("_", " ").capitalize()


def meaning(cls: type[Node] | type[Relationship]) -> str:
    """Give the sentence that says what a class is."""
    return " ".join(inspect.cleandoc(cls.__doc__ or "").split())


def title(ref: Ref, properties: Mapping[str, object]) -> str:
    """Give the title of a node: its label where it has one, else its class and id.

    >>> title(Ref("Case", "s/case-1"), {"label": "Case 1"}), title(Ref("Mention", "s/IN01-1"), {})
    ('Case 1', 'Mention s/IN01-1')
    """
    for name in _names(ref.label):
        text = properties.get(name)
        if isinstance(text, str) and text.strip():
            return " ".join(text.split())
    return f"{class_words(ref.label)} {ref.id}"


@cache
def _names(label: str) -> tuple[str, ...]:
    fields = NODES[label].fields()
    return tuple(one.name for term in _TITLES for one in fields if one.curie == term)
