"""SPARQL over the graph, in memory and on this computer alone: what would ask another one is refused.

Importing this module imports pyoxigraph, so others import it inside functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Triple

from qikg.graph.rdf.export import added_to, triples
from qikg.graph.store import Store, Value
from qikg.ontology.errors import UsageError
from qikg.ontology.terms import PREFIXES, expand

if TYPE_CHECKING:
    import rdflib

# What SPARQL 1.1 (section 19.8) lets stand around a word: in each of these SERVICE is no keyword.
_TOKEN = re.compile(
    r"""(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)|(?P<comment>\#[^\n\r]*)"""
    r"|(?P<long>'''(?:(?:'|'')?[^'\\]|\\.)*'''|\"\"\"(?:(?:\"|\"\")?[^\"\\]|\\.)*\"\"\")"
    r"""|(?P<text>'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")"""
    r"|(?P<name>[?$]\w+|@[\w-]+|(?:[^\W_](?:[\w.-]*[\w-])?)?:(?:[\w.:%-]|\\.)*|_:[\w.-]+)|(?P<word>\w+)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_NUMBERS: Mapping[str, type[int] | type[float]] = MappingProxyType(
    {expand(f"xsd:{name}"): int for name in ("integer", "int", "long")}
    | {expand(f"xsd:{name}"): float for name in ("double", "decimal", "float")}
)


@dataclass(frozen=True, slots=True)
class Solutions:
    """The rows of a SELECT; of an ASK one row with the column `answer`."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, Value], ...]


def sparql(store: Store, query: str) -> Solutions | rdflib.Graph:
    """Run a query over the whole graph, which is put into memory first; CONSTRUCT and DESCRIBE give an rdflib graph.

    The prefixes of PREFIXES need not be declared. Raises UsageError for a query that is not well-formed, and for one
    with SERVICE or FROM: the graph is all there is to ask.
    """
    refuse_others(query)
    memory = pyoxigraph.Store()
    try:
        memory.query(query, prefixes=dict(PREFIXES))  # said now, and not when all is in memory
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"This is not SPARQL: {error}.") from None
    memory.bulk_extend(pyoxigraph.Quad(*triple) for triple in triples(store))
    found = memory.query(query, prefixes=dict(PREFIXES))
    if isinstance(found, QueryBoolean):
        return Solutions(("answer",), ({"answer": bool(found)},))
    if isinstance(found, QuerySolutions):
        columns = tuple(variable.value for variable in found.variables)
        return Solutions(columns, tuple({name: _value(row[name]) for name in columns} for row in found))
    return added_to(found)


def refuse_others(query: str) -> None:
    """Raise UsageError for a query that names another service or data set.

    A word inside a text, a comment, an address or a name is none:

    >>> refuse_others("SELECT ?service { ?service rdfs:label 'SERVICE' } # FROM here")
    """
    for text in (query, _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16) % 0x110000), query)):
        for found in _TOKEN.finditer(text):
            word = (found["word"] or "").upper()
            if word in {"SERVICE", "FROM"}:
                line = text.count("\n", 0, found.start()) + 1
                raise UsageError(f"{word} in line {line}: a query asks this graph alone, and nothing elsewhere.")


def _value(term: NamedNode | BlankNode | Literal | Triple | None) -> Value:
    if isinstance(term, Literal):
        kind = term.datatype.value
        if kind == expand("xsd:boolean"):
            return term.value in {"true", "1"}
        return _NUMBERS[kind](term.value) if kind in _NUMBERS else term.value
    if isinstance(term, NamedNode):
        return term.value
    return None if term is None else str(term)
