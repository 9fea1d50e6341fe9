"""The canonical form of an RDF graph: RDFC-1.0 (W3C, 2024), as sorted canonical N-Quads.

The names of blank nodes follow from the triples that hold one, and from nothing else (RDFC-1.0, 4.4.3). So those alone
are given to the algorithm, in memory; the others are sorted, on disk where they are many. The bytes are the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, serialize

RUN = 500_000
"""Lines that are sorted in memory at once."""


def canonical_lines(triples: Iterable[Triple], scratch: Path) -> Iterator[bytes]:
    """Give the lines of the canonical form, each once, in their order; `scratch` is a folder for what is sorted."""
    blank = Dataset()
    named = _sorted(_without_blank(triples, blank), scratch)
    with ExitStack() as stack:
        runs = [stack.enter_context(run.open("rb")) for run in named]
        blank.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        renamed = sorted(_line(quad.triple) for quad in blank)
        for line, _ in groupby(heapq.merge(renamed, *runs)):
            yield line


def _without_blank(triples: Iterable[Triple], blank: Dataset) -> Iterator[bytes]:
    for triple in triples:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            blank.add(Quad(triple.subject, triple.predicate, triple.object))
        else:
            yield _line(triple)


def _sorted(lines: Iterator[bytes], scratch: Path) -> list[Path]:
    """Write sorted runs of lines into files: UTF-8 sorts by its bytes as its characters do by code point."""
    runs: list[Path] = []
    while run := sorted(islice(lines, RUN)):
        runs.append(scratch / f"run-{len(runs)}")
        with runs[-1].open("wb") as file:
            file.writelines(run)
    return runs


def _line(triple: Triple) -> bytes:
    line = serialize([triple], format=RdfFormat.N_TRIPLES)
    assert line is not None
    return line
