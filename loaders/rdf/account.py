"""Reads what an index says into nodes and relationships, and keeps the account of what is not right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qikg.loaders.packaged import packaged_frameworks
from qikg.loaders.rdf.indexes import Index
from qikg.loaders.rdf.spool import Spool
from qikg.loaders.report import LoadReport, Problem, Severity
from qikg.ontology.classes import NODES
from qikg.ontology.model import Ref
from qikg.ontology.terms import BASE, ONTOLOGY

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from qikg.graph.rdf.things import Reading, Term


class OutOfOrder(Exception):
    """A piece of a file that says something of what stands in another; all of the file must be looked at together."""


@dataclass(slots=True)
class Account:
    """What was read of a file, index by index."""

    spool: Spool
    whole: bool
    """Whether an index holds all of the file; else what is not right may be so in this piece only."""
    reading: Reading
    nodes: int = 0
    others: int = 0
    """Subjects that are passed over."""

    @classmethod
    def new(cls, first: Index, spool: Spool, *, whole: bool) -> Account:
        """Begin one; `first` says of frameworks, mappings and their sets what must be known of them."""
        from qikg.graph.rdf.things import Reading, known_names, known_prefixes
        from qikg.graph.rdf.triples import TYPE

        def of_type(kind: NamedNode) -> Iterator[Term]:
            return first.pointing(TYPE, kind)

        prefixes = {prefix.lower(): prefix for prefix in packaged_frameworks()} | known_prefixes(first.look_up, of_type)
        return cls(spool, whole, Reading(first.look_up, first.pointing, known_names(first.look_up, of_type), prefixes))

    def take(self, index: Index) -> None:
        """Read all nodes of an index; raise OutOfOrder where it is not whole and anything of it is not right."""
        reading = self.reading
        reading.look_up, reading.pointing = index.look_up, index.pointing
        subjects = self._subjects(index)
        for subject in subjects:
            said = reading.look_up(subject)
            node, relationships = reading.node(subject, said), list(reading.relationships(subject, said))
            if node is not None:
                reading.follow(node, relationships)
                self.spool.add(node, relationships)
        self.nodes += len(subjects)
        self._look_through(index)
        if not self.whole and (reading.wrong or self.others):
            raise OutOfOrder

    def close(self) -> None:
        """Say, when all is read, what is unknown still; raise OutOfOrder as `take` does."""
        self.reading.settle()
        if not self.whole and self.reading.wrong:
            raise OutOfOrder

    def tell(self, file: str, report: LoadReport) -> None:
        """Add to a report what is not right."""
        from qikg.graph.rdf.things import UNKNOWN

        report.rows[file] = self.nodes
        if not self.nodes and not self.reading.wrong:
            rule, hint = "no node of this graph in it", "qikg reads back what `qikg export` has written."
            report.add(Problem(file, rule, hint=hint))
        for wrong in dict.fromkeys(self.reading.wrong):
            severity: Severity = "warning" if wrong.rule == UNKNOWN else "error"
            column, hint = shown(wrong.predicate) or None, f"At {wrong.subject}."
            report.add(Problem(file, wrong.rule, None, column, wrong.value or None, hint, severity))
        if self.others:
            rule = f"{self.others:,} subjects that are no nodes of this graph; passed over"
            report.add(Problem(file, rule, severity="warning"))

    def _subjects(self, index: Index) -> list[NamedNode]:
        """Give the nodes of an index in the order of their addresses, and take note of each."""
        from pyoxigraph import NamedNode

        from qikg.graph.rdf.triples import TYPE

        found: dict[str, NamedNode] = {}
        for label in NODES:
            for subject in index.pointing(TYPE, NamedNode(f"{ONTOLOGY}#{label}")):
                if isinstance(subject, NamedNode):
                    found[subject.value] = subject
        kept = []
        for address, subject in sorted(found.items()):
            if not self.whole and address in self.reading.found:
                raise OutOfOrder
            ref = self.reading.know(subject, index.look_up(subject))
            if ref is not None:
                kept.append(subject)
                if not self.whole and not self._is_guessed(subject, ref):
                    raise OutOfOrder
        return kept

    def _is_guessed(self, subject: NamedNode, ref: Ref) -> bool:
        """Say whether the address of a node tells what it is, so that it need not be known where it is pointed at."""
        return ref.label in {"Mapping", "MappingSet"} or self.reading.guess(subject) == ref

    def _look_through(self, index: Index) -> None:
        """Look at every subject: what is no node, no statement about one and no cell of a list is told."""
        from pyoxigraph import BlankNode, Literal, NamedNode, Triple

        from qikg.graph.rdf.things import Wrong
        from qikg.graph.rdf.triples import FIRST, OBJECT, PREDICATE, REST, SUBJECT

        own = {f"<{BASE}>", f"<{ONTOLOGY}>"}
        wrong, reading = self.reading.wrong, self.reading
        for subject, said in index.subjects():
            assert not isinstance(subject, Literal | Triple)  # a subject is neither
            if (isinstance(subject, NamedNode) and subject.value in reading.found) or str(subject) in own:
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
                if not self._is_stated(index, *triple):
                    told = " ".join(map(str, triple))
                    wrong.append(Wrong(_address(subject), "", "it is about a triple that is not stated", told))
            self.others += not about and not all(
                one in reading.beside or reading.is_derived(one) for one in (Triple(subject, *two) for two in said)
            )

    def _is_stated(self, index: Index, subject: Term | None, predicate: Term | None, end: Term | None) -> bool:
        """Say whether a triple stands in the index, and its subject is a node."""
        from pyoxigraph import NamedNode

        if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode) or end is None:
            return False
        return subject.value in self.reading.found and end in index.look_up(subject).get(predicate, ())


def shown(iri: str) -> str:
    """Give a term as a researcher knows it: by a prefix where there is one.

    >>> shown("http://www.w3.org/2004/02/skos/core#broader")
    'skos:broader'
    """
    from qikg.graph.rdf.triples import DECLARED

    return DECLARED.contract(iri)


def _address(term: Term) -> str:
    return str(getattr(term, "value", term))
