"""Where the page of a thing lies: the path of its address, with what not every file system can hold written otherwise.

A path is of letters, digits and `. _ -` alone; every other byte of the decoded address is `~` and two hexadecimal
digits. So what a browser asks for is the name of the file, on every server and every file system. A path that would be
too long, reserved on Windows, or the same as another's but for case, is `<kind>/~~<hash of the address>` instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote

from qikg.ontology.classes import NODES
from qikg.ontology.model import Ref
from qikg.ontology.terms import BASE

LONGEST = 180
"""Characters of a path at most: Windows has 260 for all of it."""

ENDINGS = (".html", ".ttl")
"""How the names of a thing's files end."""

_PLAIN = re.compile(r"[A-Za-z0-9._-]")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.I)


class Place(NamedTuple):
    """Where the files of a thing lie: their path without its ending, and whether the rule for all gives it."""

    stem: str
    by_rule: bool


class _Name(NamedTuple):
    name: str
    is_folder: bool


def address_path(iri: str, ref: Ref) -> str:
    """Give the decoded path of an address below the base; that of an address of others is made from kind and id.

    >>> address_path("https://w3id.org/qikg/name/RQ8/A%20b", Ref("Name", "RQ8/A b"))
    'name/RQ8/A b'
    """
    return unquote(iri.removeprefix(BASE)) if iri.startswith(BASE) else f"{NODES[ref.label].kind}/{ref.id}"


def escaped(path: str) -> str:
    """Write a path with plain characters alone.

    >>> escaped("stakeholder-group/s/SG:PATIENTS"), escaped("case/é")
    ('stakeholder-group/s/SG~3APATIENTS', 'case/~C3~A9')
    """
    return "/".join("".join(map(_escaped, part)) for part in path.split("/"))


def places(addresses: Mapping[Ref, str]) -> dict[Ref, Place]:
    """Give the place of each thing from its address; no two are the same, on any file system."""
    found: dict[Ref, Place] = {}
    taken: dict[str, _Name] = {}
    for ref, iri in addresses.items():
        path = address_path(iri, ref)
        stem = escaped(path)
        place = Place(stem, True)
        if not _fits(path, stem) or not _is_free(stem, taken):
            kind = stem.partition("/")[0]
            place = Place(f"{kind}/~~{sha256(iri.encode()).hexdigest()[:32]}", False)
        taken |= {one.name.casefold(): one for one in _names(place.stem)}
        found[ref] = place
    return found


def _escaped(character: str) -> str:
    if _PLAIN.match(character):
        return character
    return "".join(f"~{byte:02X}" for byte in character.encode())


def _fits(path: str, stem: str) -> bool:
    parts = stem.split("/")
    return (
        "~" not in path
        and len(stem) <= LONGEST
        and not any(part == "" or part[0] == "." or part[-1] == "." or _DEVICE.match(part) for part in parts)
    )


def _is_free(stem: str, taken: Mapping[str, _Name]) -> bool:
    """Say whether the files and folders of a thing clash with none that are there, whatever the case."""
    clashes = (taken[one.name.casefold()] for one in _names(stem) if one.name.casefold() in taken)
    return all(one.is_folder and one in _names(stem) for one in clashes)


def _names(stem: str) -> list[_Name]:
    parts = stem.split("/")
    folders = [_Name("/".join(parts[:end]), True) for end in range(1, len(parts))]
    return [*folders, *(_Name(stem + ending, False) for ending in ENDINGS)]
