"""The addresses (IRIs) that name our things, and the vocabularies of others that we reuse.

The base is `https://w3id.org/qikg/`; it is not registered yet, and every export says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import quote, unquote

BASE = "https://w3id.org/qikg/"
ONTOLOGY = BASE + "ontology"

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "qikg": ONTOLOGY + "#",
        "bibo": "http://purl.org/ontology/bibo/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "dcterms": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "oa": "http://www.w3.org/ns/oa#",
        "org": "http://www.w3.org/ns/org#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "pav": "http://purl.org/pav/",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "semapv": "https://w3id.org/semapv/vocab/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "sssom": "https://w3id.org/sssom/",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)
"""Every vocabulary that an export may use. No term outside them appears in one."""

UNREGISTERED = (
    f"The base {BASE} is not registered yet: the addresses under it name things, but nothing answers there."
)
"""What every export says of its addresses."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""Licence of the curated data."""

ATTRIBUTION = (
    "Contains public sector information licensed under the Open Government Licence v3.0. © Care Quality Commission.",
    (
        "Contains public sector information licensed under the Open Government Licence v3.0. "
        "© NHS England (Organisation Data Service)."
    ),
    (
        "Williams SJ, Best S. What Does a Systems Approach to Quality Improvement Look Like in Practice? "
        "Int J Environ Res Public Health 2022;19(2):747. https://doi.org/10.3390/ijerph19020747. CC BY 4.0."
    ),
)
"""The lines to print with the data (LICENSE-DATA.md)."""

NO_TERM_FOUND = "sssom:NoTermFound"
"""Object of a mapping row that says: judged, and no close term was found."""


_PLAIN = "A-Za-z0-9_~!$&'()*+,;=:@-"
_AS_IT_IS = re.compile(f"[{_PLAIN}][.{_PLAIN}]*(/[{_PLAIN}][.{_PLAIN}]*)*")
"""Segments that need no percent sign and do not begin with a point."""


def expand(curie: str) -> str:
    """Give the full address of a term such as `skos:broader`.

    >>> expand("skos:broader")
    'http://www.w3.org/2004/02/skos/core#broader'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def camel(name: str) -> str:
    """Turn a property or relationship name into the local name of its RDF term.

    >>> camel("quote_start"), camel("IN_FRAMEWORK")
    ('quoteStart', 'inFramework')
    """
    first, *rest = name.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def thing(kind: str, identifier: str) -> str:
    """Give the address of one thing: each segment of its id percent-encoded by itself, the slashes kept.

    >>> thing("case", "williams-best-2022/case-4")
    'https://w3id.org/qikg/case/williams-best-2022/case-4'
    >>> thing("rating", "RTX/2014-06-26/OVERALL/SAFE/GOOD#1")
    'https://w3id.org/qikg/rating/RTX/2014-06-26/OVERALL/SAFE/GOOD%231'
    """
    return f"{BASE}{kind}/{_path(identifier)}"


def concept(code: str) -> str:
    """Give the address of a concept: its prefix in lower case, then its local code.

    >>> concept("CFIR2:IV.C.B")
    'https://w3id.org/qikg/concept/cfir2/IV.C.B'
    """
    prefix, _, local = code.partition(":")
    return f"{BASE}concept/{_segment(prefix.lower())}/{_path(local)}"


def _path(text: str) -> str:
    if _AS_IT_IS.fullmatch(text):  # nearly always, and by the million
        return text
    return "/".join(_segment(part) for part in text.split("/"))


def _segment(text: str) -> str:
    # "." and ".." alone would be resolved away by anything that normalises an address.
    return text.replace(".", "%2E") if text in {".", ".."} else quote(text, safe="-._~!$&'()*+,;=:@")


def identifier_of(iri: str, kind: str) -> str:
    """Give back the id that `thing` made an address of.

    >>> identifier_of(thing("name", "RTX/A b/2018"), "name")
    'RTX/A b/2018'
    """
    path = iri.removeprefix(f"{BASE}{kind}/")
    return "/".join(unquote(part) for part in path.split("/")) if "%" in path else path
