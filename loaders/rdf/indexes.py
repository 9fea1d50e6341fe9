"""What a file says, to be looked up: all of it, or piece by piece where every node stands together with its statements.

So an export is read: as fast as it is parsed, and in the memory of one piece. Any other file is put into an index
first, on disk where it is large.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol, TypeAlias

from qikg.loaders.rdf.file import opened, quads, size
from qikg.ontology.classes import LABELS
from qikg.ontology.terms import ONTOLOGY

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Quad, Store

    from qikg.graph.rdf.things import Said, Term

LARGE = 64 << 20
"""Bytes of text above which an index is on disk."""
PIECE = 2_000
"""Nodes of a piece."""

Told: TypeAlias = "tuple[Term, Sequence[tuple[NamedNode, Term]]]"
"""A subject, with predicates and objects."""


class Index(Protocol):
    """Statements, to be looked up."""

    def look_up(self, subject: Term) -> Said:
        """Give what is said of a subject."""
        ...

    def pointing(self, predicate: NamedNode, to: Term) -> Iterator[Term]:
        """Give the subjects of which a predicate with an object is said."""
        ...

    def subjects(self) -> Iterator[Told]:
        """Give each subject with what is said of it."""
        ...


class Whole:
    """All of a file."""

    def __init__(self, store: Store, *, on_disk: bool) -> None:
        self._store = store
        self._on_disk = on_disk

    def look_up(self, subject: Term) -> Said:
        """Give what is said of a subject."""
        from pyoxigraph import Literal, Triple

        said: dict[NamedNode, list[Term]] = {}
        if isinstance(subject, Literal | Triple):
            return said
        for quad in self._store.quads_for_pattern(subject, None, None):
            _note(said, quad.predicate, quad.object)
        return said

    def pointing(self, predicate: NamedNode, to: Term) -> Iterator[Term]:
        """Give the subjects of which a predicate with an object is said."""
        return (quad.subject for quad in self._store.quads_for_pattern(None, predicate, to))

    def subjects(self) -> Iterator[Told]:
        """Give each subject with what is said of it."""
        # on disk the statements are sorted by their subjects, in memory they are in no order
        found: Iterable[Quad] = self._store
        if not self._on_disk:
            found = sorted(self._store, key=lambda quad: str(quad.subject))
        for subject, told in groupby(found, key=lambda quad: quad.subject):
            yield subject, [(quad.predicate, quad.object) for quad in told]


class Piece:
    """A stretch of a file. Of its subjects, only classes and statements can be looked up by their object."""

    def __init__(self) -> None:
        from qikg.graph.rdf.triples import REIFIES, SUBJECT, TYPE

        self._said: dict[Term, dict[NamedNode, list[Term]]] = {}
        self._pointing: dict[NamedNode, dict[Term, list[Term]]] = {one: {} for one in (TYPE, SUBJECT, REIFIES)}

    def add(self, quad: Quad) -> None:
        """Add a statement."""
        subject, predicate, end = quad.subject, quad.predicate, quad.object
        if _note(self._said.setdefault(subject, {}), predicate, end) and predicate in self._pointing:
            self._pointing[predicate].setdefault(end, []).append(subject)

    def knows(self, subject: Term) -> bool:
        """Say whether anything is said of a subject."""
        return subject in self._said

    def look_up(self, subject: Term) -> Said:
        """Give what is said of a subject."""
        return self._said.get(subject, {})

    def pointing(self, predicate: NamedNode, to: Term) -> Iterator[Term]:
        """Give the subjects of which a predicate with an object is said."""
        return iter(self._pointing[predicate].get(to, ()))

    def subjects(self) -> Iterator[Told]:
        """Give each subject with what is said of it."""
        for subject, said in self._said.items():
            yield subject, [(predicate, one) for predicate, ends in said.items() for one in ends]


@contextmanager
def whole(path: Path) -> Iterator[Whole]:
    """Put all of a file into an index, which goes when the block ends; raise NotRdf where it is not well-formed."""
    from pyoxigraph import Store

    with TemporaryDirectory(prefix="qikg-rdf-") as folder:
        on_disk = size(path) > LARGE
        store = Store(folder) if on_disk else Store()
        with opened(path) as (file, syntax):
            store.bulk_load(file, syntax)
        yield Whole(store, on_disk=on_disk)


def pieces(path: Path) -> Iterator[Piece]:
    """Give a file in pieces, each of which begins with a node and is as long as PIECE nodes are.

    A piece is not whole where the file is in another order; who reads it finds out. Raises NotRdf.
    """
    from qikg.graph.rdf.triples import TYPE

    nodes = frozenset(f"{ONTOLOGY}#{label}" for label in LABELS)
    piece, begun = Piece(), 0
    for quad in quads(path):
        if quad.predicate == TYPE and getattr(quad.object, "value", "") in nodes and not piece.knows(quad.subject):
            if begun == PIECE:
                yield piece
                piece, begun = Piece(), 0
            begun += 1
        piece.add(quad)
    yield piece


def first_known(path: Path) -> Piece:
    """Give what a file says of mapping sets, mappings and frameworks: what their addresses and prefixes are.

    That must be known before the rest is read.
    """
    from qikg.graph.rdf.triples import TYPE

    kinds = {f"{ONTOLOGY}#{label}" for label in ("Framework", "Mapping", "MappingSet")}
    wanted = {one.subject for one in quads(path) if one.predicate == TYPE and getattr(one.object, "value", "") in kinds}
    piece = Piece()
    if wanted:
        for quad in quads(path):
            if quad.subject in wanted:
                piece.add(quad)
    return piece


def _note(said: dict[NamedNode, list[Term]], predicate: NamedNode, end: Term) -> bool:
    """Take note of a statement; say whether it is new: the same may stand in two named graphs."""
    objects = said.get(predicate)
    if objects is None:
        said[predicate] = [end]
        return True
    if end in objects:
        return False
    objects.append(end)
    return True
