"""Checks RDF by the shapes of the ontology (SHACL), beside the reading that a load does, and reports as that does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from qikg.loaders import rdf
from qikg.loaders.report import LoadReport, Problem, Severity

if TYPE_CHECKING:
    from pyoxigraph import Quad, Triple
    from rdflib import Graph

LARGEST = 200_000
"""Triples that are checked by shapes at most: the validator has all of them in memory, and takes its time."""


def check_shapes(path: Path, report: LoadReport) -> None:
    """Add to a report what the shapes find in a file, or a note on why they were not asked.

    What is wrong with a property of which the report says so already is not said again.
    """
    try:
        import pyshacl
    except ImportError:
        report.notes.append(f"{path.name} was read as a load reads it. To ask SHACL too: pip install 'qikg[shacl]'.")
        return
    from qikg.graph.rdf.export import added_to
    from qikg.ontology.shacl import shacl

    try:
        found = list(islice(rdf.quads(path), LARGEST + 1))
    except rdf.NotRdf:  # which the reading has told
        return
    if len(found) > LARGEST:
        told = f"with more than {LARGEST:,} triples it is too large for SHACL"
        report.notes.append(f"{path.name} was read as a load reads it; {told}.")
        return
    graph = added_to(_as_statements(found))
    _, results, _ = pyshacl.validate(graph, shacl_graph=shacl(), inference="none")
    _tell(path.name, results, graph, report)


def _as_statements(quads: Iterable[Quad]) -> Iterator[Triple]:
    """Give the triples of a file, with a statement node for each reifier: SHACL cannot look into triples in triples."""
    from pyoxigraph import Triple

    from qikg.graph.rdf.triples import OBJECT, PREDICATE, REIFIES, STATEMENT, SUBJECT, TYPE

    for quad in quads:
        about = quad.object
        if not isinstance(about, Triple):
            yield quad.triple
        elif quad.predicate == REIFIES:
            yield Triple(quad.subject, TYPE, STATEMENT)
            for part, term in ((SUBJECT, about.subject), (PREDICATE, about.predicate), (OBJECT, about.object)):
                yield Triple(quad.subject, part, term)


def _tell(file: str, results: Graph, graph: Graph, report: LoadReport) -> None:
    from rdflib import RDF, SH, URIRef

    said = {problem.column for problem in report.problems if problem.column}
    told: list[tuple[str, str, str, str, Severity]] = []
    for found in results.subjects(RDF.type, SH.ValidationResult):
        path, value = results.value(found, SH.resultPath), results.value(found, SH.value)
        message = str(results.value(found, SH.resultMessage)).rstrip(".")
        severity: Severity = "error" if results.value(found, SH.resultSeverity) == SH.Violation else "warning"
        if isinstance(value, URIRef) and path is not None and (value, RDF.type, None) not in graph:
            message, severity = f"{message}; it is not in this file, and must be in the graph", "warning"
        column, focus = "" if path is None else rdf.shown(str(path)), str(results.value(found, SH.focusNode))
        if column not in said:
            told.append((message, column, focus, "" if value is None else str(value), severity))
    for message, column, focus, given, severity in sorted(told):
        report.add(Problem(file, message, None, column or None, given or None, f"At {focus}.", severity))
