"""Rules by which a service for persistent addresses leads from each address to its page or its Turtle file.

They are for Apache's mod_rewrite, as w3id.org has it: a pattern sees the decoded path below the base. `Accept` decides:
HTML where it is asked for at full weight, or where Turtle is not asked for at all; else Turtle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from qikg.ontology.model import Ref
from qikg.ontology.terms import BASE, UNREGISTERED
from qikg.release.files import SITE
from qikg.release.site.indexes import DATASET, ONTOLOGY_FILE, TERMS
from qikg.release.site.markup import START
from qikg.release.site.paths import Place, address_path, escaped

HOST = "https://example.org/qikg"
"""Stands for where the release's folder is served, until that is known."""

_TURTLE = (
    r"RewriteCond %{HTTP_ACCEPT} text/turtle(?!\s*;\s*q=0(\.0*)?\s*(,|$))",
    r"RewriteCond %{HTTP_ACCEPT} !(text/html|application/xhtml\+xml)(\s*;\s*q=1(\.0*)?)?\s*(,|$)",
)
_HEAD = f"""\
# Rules for the addresses under {BASE}, made by qikg release.
# {UNREGISTERED}
# To register it, put this file into the folder of the name that is asked for at the service, and say in the next rule
# where the folder of the release is served.
<IfModule mod_headers.c>
Header always merge Vary Accept
</IfModule>
RewriteEngine on
RewriteRule ^ - [E=HOST:{HOST}]
"""


def redirects(addresses: Mapping[Ref, str], places: Mapping[Ref, Place], version: str) -> str:
    """Give the file of the rules, for the things with these addresses at these places, and for a release's files."""
    ours = {ref: iri for ref, iri in addresses.items() if iri.startswith(BASE)}
    paths = {ref: address_path(iri, ref) for ref, iri in ours.items()}
    by_rule = [paths[ref] for ref in ours if places[ref].by_rule]
    lines = [
        _HEAD,
        "# The files of this release, the ontology, the data set.",
        f"RewriteRule ^release/{version}/(.+)$ %{{ENV:HOST}}/$1 [R=303,L]",
        *_either("^ontology$", ONTOLOGY_FILE, TERMS),
        *_either(f"^(release/{version}/)?$", DATASET, START),
    ]
    special = [ref for ref in ours if not places[ref].by_rule]
    if special:
        lines += ["", "# Things whose path is not written as the others are."]
        for ref in special:
            stem = places[ref].stem
            lines += _either(f"^{_quoted(paths[ref])}$", f"{stem}.ttl", f"{stem}.html")
    odd = sorted({character for path in by_rule for character in path if escaped(character) != character} - {"/"})
    if odd:
        # DPI: else Apache appends the rest of the path again at each turn (seen with 2.4.71, in a .htaccess).
        lines += ["", "# Bytes that are written as ~ and two digits: those that occur."]
        lines += [f"RewriteRule (?s)^(.*)\\x{byte}(.*)$ $1~{byte}$2 [N,DPI]" for byte in _bytes(odd)]
    kinds = "|".join(sorted({path.partition("/")[0] for path in by_rule}))
    lines += ["", "# All other things.", *_either(f"^(({kinds})/[A-Za-z0-9._~/-]+)$", "$1.ttl", "$1.html")]
    return "\n".join(lines) + "\n"


def _either(pattern: str, turtle: str, html: str) -> list[str]:
    to = f"%{{ENV:HOST}}/{SITE}/"
    return [
        *_TURTLE,
        f"RewriteRule {pattern} {to}{turtle} [R=303,L]",
        f"RewriteRule {pattern} {to}{html} [R=303,L]",
    ]


def _quoted(path: str) -> str:
    """Write a path as a pattern without blanks, byte by byte where it is not plain."""
    return "".join(
        one if re.fullmatch(r"[A-Za-z0-9/_-]", one) else "".join(f"\\x{byte:02X}" for byte in one.encode())
        for one in path
    )


def _bytes(characters: Iterable[str]) -> list[str]:
    return sorted({f"{byte:02X}" for one in characters for byte in one.encode()})
