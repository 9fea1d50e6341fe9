"""A file of RDF: its syntax, and its triples in the order in which they stand."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from qikg.loaders.report import Problem

if TYPE_CHECKING:
    from pyoxigraph import Quad, RdfFormat

_ENDINGS = {
    ".ttl": "text/turtle", ".nt": "application/n-triples", ".nq": "application/n-quads", ".trig": "application/trig",
    ".jsonld": "application/ld+json", ".rdf": "application/rdf+xml", ".owl": "application/rdf+xml",
}  # fmt: skip
_PLACE = re.compile(r"line (\d+)(?: column (\d+))?")


class NotRdf(Exception):
    """A file that cannot be read; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def is_rdf(path: Path) -> bool:
    """Say whether a file is RDF, by the ending of its name."""
    return path.is_file() and _media_type(path) is not None


def size(path: Path) -> int:
    """Give about how many bytes of text a file holds."""
    return path.stat().st_size * (20 if _is_packed(path) else 1)


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, RdfFormat]]:
    """Open a file, with its syntax. What a parser says against it inside the block is raised as NotRdf."""
    from pyoxigraph import RdfFormat

    syntax = RdfFormat.from_media_type(str(_media_type(path)))
    assert syntax is not None
    try:
        with cast(BinaryIO, (gzip.open if _is_packed(path) else Path.open)(path, "rb")) as file:
            if syntax == RdfFormat.RDF_XML and _declares_entities(file):
                rule = "it declares entities, which can be made to fill a computer's memory"
                raise NotRdf(Problem(path.name, rule, hint="Write it as Turtle or N-Triples."))
            yield file, syntax
    except (SyntaxError, ValueError, OSError, EOFError) as error:
        place = _PLACE.search(str(error))
        row = int(place[1]) if place else getattr(error, "lineno", None)
        hint = "It may be cut off; write it again."
        raise NotRdf(Problem(path.name, f"not well-formed RDF: {error}", row, hint=hint)) from None


def quads(path: Path) -> Iterator[Quad]:
    """Give the statements of a file in their order; raise NotRdf where it is not well-formed."""
    from pyoxigraph import parse

    with opened(path) as (file, syntax):
        yield from parse(file, format=syntax)


def _media_type(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz")
    return next((media_type for ending, media_type in _ENDINGS.items() if name.endswith(ending)), None)


def _is_packed(path: Path) -> bool:
    return path.name.lower().endswith(".gz")


def _declares_entities(file: BinaryIO) -> bool:
    kept, found = b"", False
    while not found and (block := file.read(1 << 20)):
        # In UTF-16 every other byte is a zero.
        kept = (kept + block).replace(b"\0", b"")
        found = b"<!ENTITY" in kept
        kept = kept[-len(b"<!ENTITY") :]
    file.seek(0)
    return found
