"""Loads RDF that an export has written, in any of its formats: the same graph comes back.

The file is put into an index of triples first (on disk where it is large), and all of it is read and checked before a
node is given: where something of the graph is not right, nothing is written. Terms of other vocabularies are counted
and passed over, with a warning.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, cast

from qikg.graph.content import Content
from qikg.loaders.report import LoadReport, Problem
from qikg.ontology.classes import NODES
from qikg.ontology.model import Field, Node, Ref, Relationship
from qikg.ontology.terms import BASE, ONTOLOGY

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, Store

    from qikg.graph.rdf.things import Reading, Term

CHUNK = 5_000
"""Nodes, or relationships, of a piece."""
LARGE = 64 << 20
"""Bytes above which the index of a file is on disk."""

_ENDINGS = {
    ".ttl": "text/turtle", ".nt": "application/n-triples", ".nq": "application/n-quads", ".trig": "application/trig",
    ".jsonld": "application/ld+json", ".rdf": "application/rdf+xml", ".owl": "application/rdf+xml",
}  # fmt: skip
_PLACE = re.compile(r"line (\d+)(?: column (\d+))?")


def recognises(path: Path) -> bool:
    """Say whether a file is RDF, by the ending of its name."""
    return path.is_file() and _media_type(path) is not None


def read(path: Path, report: LoadReport, *, strict: bool = False) -> Iterator[Content]:
    """Give the content of a file in pieces, nodes first; nothing, and a report, where something is not right."""
    del strict  # all or nothing, always
    with ExitStack() as stack:
        found = index(path, report, stack)
        if found is None:
            return
        graph = _Graph(path.name, found, report)
        if graph.is_right():
            yield from graph.contents()


def shown(iri: str) -> str:
    """Give a term as a researcher knows it: by a prefix where there is one.

    >>> shown("http://www.w3.org/2004/02/skos/core#broader")
    'skos:broader'
    """
    from qikg.graph.rdf.triples import DECLARED

    return DECLARED.contract(iri)


def _media_type(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz")
    return next((media_type for ending, media_type in _ENDINGS.items() if name.endswith(ending)), None)


def index(path: Path, report: LoadReport, stack: ExitStack) -> Store | None:
    """Put the triples of a file into an index, which is there as long as the stack is; None where it is not RDF.

    The report then says what is wrong with it, with the line where the parser tells it.
    """
    from pyoxigraph import RdfFormat, Store

    size = path.stat().st_size * (20 if path.name.lower().endswith(".gz") else 1)
    folder = stack.enter_context(TemporaryDirectory(prefix="qikg-rdf-")) if size > LARGE else None
    found = Store(folder) if folder else Store()
    packed = path.name.lower().endswith(".gz")
    opened = gzip.open if packed else Path.open
    file = stack.enter_context(cast(BinaryIO, opened(path, "rb")))
    if str(_media_type(path)).endswith("rdf+xml") and _declares_entities(file):
        rule = "it declares entities, which can be made to fill a computer's memory"
        report.add(Problem(path.name, rule, hint="Write it as Turtle or N-Triples."))
        return None
    try:
        found.bulk_load(file, RdfFormat.from_media_type(str(_media_type(path))))
    except (SyntaxError, ValueError, OSError, EOFError) as error:
        place = _PLACE.search(str(error))
        row = int(place[1]) if place else getattr(error, "lineno", None)
        report.add(Problem(path.name, f"not well-formed RDF: {error}", row, hint="It may be cut off; write it again."))
        return None
    return found


def _declares_entities(file: BinaryIO) -> bool:
    kept, found = b"", False
    while not found and (block := file.read(1 << 20)):
        # In UTF-16 every other byte is a zero.
        kept = (kept + block).replace(b"\0", b"")
        found = b"<!ENTITY" in kept
        kept = kept[-len(b"<!ENTITY") :]
    file.seek(0)
    return found


@dataclass(slots=True)
class _Graph:
    """What a file says, read through its index."""

    file: str
    index: Store
    report: LoadReport
    reading: Reading = field(init=False)
    subjects: list[NamedNode] = field(init=False)
    """The nodes, in the order of their addresses."""
    editions: dict[str, str] = field(default_factory=dict)
    """Of the sources in the file, by id."""
    others: int = 0
    """Subjects that are passed over."""

    def __post_init__(self) -> None:
        self.reading = self._reading()
        self.subjects = self._subjects(self.reading)

    def is_right(self) -> bool:
        """Read all of it, and say whether everything of the graph is as it should be; report what is not."""
        reading, subjects = self.reading, self.subjects
        if not subjects and not reading.wrong:
            rule, hint = "no node of this graph in it", "qikg reads back what `qikg export` has written."
            self.report.add(Problem(self.file, rule, hint=hint))
        for subject in subjects:
            said = reading.look_up(subject)
            node, relationships = reading.node(subject, said), list(reading.relationships(subject, said))
            if node is not None:
                reading.follow(node, relationships)
        reading.settle()
        self._look_through()
        self._tell(reading)
        self.report.rows[self.file] = len(subjects)
        return not self.report.errors

    def contents(self) -> Iterator[Content]:
        """Give the nodes, and then the relationships, in pieces of one edition and publisher each."""
        reading, subjects = self.reading, self.subjects
        pieces = _Pieces()
        for subject in subjects:
            node = reading.node(subject, reading.look_up(subject))
            assert node is not None
            for publisher, part in parts(node):
                yield from pieces.add(part, self._edition(node), publisher)
        yield from pieces.rest()
        for subject in subjects:
            for relationship in reading.relationships(subject, reading.look_up(subject)):
                for publisher, one in parts(relationship):
                    yield from pieces.add(one, self._edition(relationship), publisher)
        yield from pieces.rest()

    def _reading(self) -> Reading:
        from pyoxigraph import Literal, Triple

        from qikg.graph.rdf.things import Reading, Said, known_names
        from qikg.graph.rdf.triples import TYPE

        def look_up(subject: Term) -> Said:
            said: dict[NamedNode, list[Term]] = {}
            if isinstance(subject, Literal | Triple):
                return said
            for quad in self.index.quads_for_pattern(subject, None, None):
                objects = said.setdefault(quad.predicate, [])
                if quad.object not in objects:  # the same triple may stand in two named graphs
                    objects.append(quad.object)
            return said

        def pointing(predicate: NamedNode, to: Term) -> Iterator[Term]:
            return (quad.subject for quad in self.index.quads_for_pattern(None, predicate, to))

        named = known_names(look_up, lambda kind: pointing(TYPE, kind))
        return Reading(look_up, pointing, named)

    def _subjects(self, reading: Reading) -> list[NamedNode]:
        """Give the nodes of the file in the order of their addresses, and take note of each."""
        from pyoxigraph import NamedNode

        from qikg.graph.rdf.triples import TYPE

        found: dict[str, NamedNode] = {}
        for label in NODES:
            for subject in reading.pointing(TYPE, NamedNode(f"{ONTOLOGY}#{label}")):
                if isinstance(subject, NamedNode):
                    found[subject.value] = subject
        kept = []
        for _, subject in sorted(found.items()):
            ref = reading.know(subject, reading.look_up(subject))
            if ref is not None:
                kept.append(subject)
                if ref.label == "Source":
                    self._note_edition(ref, reading, subject)
        return kept

    def _note_edition(self, ref: Ref, reading: Reading, subject: NamedNode) -> None:
        source = reading.node(subject, reading.look_up(subject))
        self.editions[ref.id] = str(getattr(source, "edition", None) or "")

    def _edition(self, thing: Node | Relationship) -> str:
        return max((self.editions.get(source, "") for source in thing.sources), default="")

    def _tell(self, reading: Reading) -> None:
        from qikg.graph.rdf.things import UNKNOWN, Wrong

        counts = Counter[tuple[str, str]]()
        first: dict[tuple[str, str], Wrong] = {}
        for wrong in dict.fromkeys(reading.wrong):
            kind = (wrong.predicate, wrong.rule)
            counts[kind] += 1
            first.setdefault(kind, wrong)
        for kind, wrong in first.items():
            times = f" ({counts[kind]:,} times)" if counts[kind] > 1 else ""
            hint = f"First at {wrong.subject}."
            self.report.add(
                Problem(self.file, wrong.rule + times, None, shown(wrong.predicate) or None, wrong.value or None, hint,
                        "warning" if wrong.rule == UNKNOWN else "error")
            )  # fmt: skip
        if self.others:
            rule = f"{self.others:,} subjects that are no nodes of this graph; passed over"
            self.report.add(Problem(self.file, rule, severity="warning"))

    def _look_through(self) -> None:
        """Look at every subject of the file: what is no node, no statement about one and no cell of a list is told."""
        from pyoxigraph import BlankNode, NamedNode, Triple

        from qikg.graph.rdf.things import Wrong
        from qikg.graph.rdf.triples import FIRST, OBJECT, PREDICATE, REST, SUBJECT

        own = {f"<{BASE}>", f"<{ONTOLOGY}>"}
        wrong, known = self.reading.wrong, self.reading.found
        for subject, quads in groupby(self.index, key=lambda quad: quad.subject):
            if (isinstance(subject, NamedNode) and subject.value in known) or str(subject) in own:
                continue
            said = [(quad.predicate, quad.object) for quad in quads]
            triples = [Triple(subject, *one) for one in said]
            if all(one in self.reading.beside or self.reading.is_derived(one) for one in triples):
                continue
            predicates = {predicate for predicate, _ in said}
            if isinstance(subject, BlankNode):
                if not predicates <= {FIRST, REST}:
                    wrong.append(Wrong(str(subject), "", "a blank node that is no cell of a list"))
                continue
            about: list[tuple[Term | None, ...]] = [
                (one.subject, one.predicate, one.object) for _, one in said if isinstance(one, Triple)
            ]
            if SUBJECT in predicates:
                about.append(tuple(dict(said).get(part) for part in (SUBJECT, PREDICATE, OBJECT)))
            for triple in about:
                if not self._is_stated(*triple):
                    told = " ".join(map(str, triple))
                    wrong.append(Wrong(subject.value, "", "it is about a triple that is not stated", told))
            self.others += not about

    def _is_stated(self, subject: Term | None, predicate: Term | None, end: Term | None) -> bool:
        """Say whether a triple stands in the file, and its subject is a node."""
        from pyoxigraph import NamedNode

        if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode) or end is None:
            return False
        found = self.index.quads_for_pattern(subject, predicate, end)
        return subject.value in self.reading.found and next(found, None) is not None


class _Pieces:
    """Gathers things into pieces."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, str], Content] = {}

    def add(self, thing: Node | Relationship, edition: str, publisher: str) -> Iterator[Content]:
        content = self._pieces.setdefault((edition, publisher), Content(edition, publisher=publisher))
        content.add(thing)
        if len(content.nodes) + len(content.relationships) >= CHUNK:
            yield self._pieces.pop((edition, publisher))

    def rest(self) -> Iterator[Content]:
        yield from self._pieces.values()
        self._pieces = {}


def parts(thing: Node | Relationship) -> Iterator[tuple[str, Node | Relationship]]:
    """Split a thing into what each publisher says of it: a load writes its own publisher's properties only."""
    cls = type(thing)
    said = [one for one in cls.fields() if one.name in thing.model_fields_set and one.name not in {"id", "sources"}]
    publishers = dict.fromkeys(one.prop.publisher for one in said if _is_owned(one, cls))
    if len(publishers) < 2:
        yield next(iter(publishers), "curated"), thing
        return
    for publisher in publishers:
        left = {one.name for one in said if _is_owned(one, cls) and one.prop.publisher != publisher}
        values = {name: getattr(thing, name) for name in thing.model_fields_set - left}
        yield publisher, cls.made(**values)


def _is_owned(field: Field, cls: type[Node | Relationship]) -> bool:
    """Say whether a property is one that the newest edition of its publisher decides."""
    return field.prop.merge == "newest" and field.name not in getattr(cls, "identity", ())
