"""The graph of a store as the two RDF files of a release, with what was counted on the way.

The store is walked once, part by part, into files of N-Triples beside the release; all else comes from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from qikg.graph.rdf.export import export
from qikg.graph.store import Store
from qikg.graph.walk import census
from qikg.ontology.classes import NODES, PARTS, RELATIONSHIPS
from qikg.ontology.errors import StoreError
from qikg.ontology.terms import PREFIXES
from qikg.release.files import QUADS, TURTLE
from qikg.release.statistics import Statistics

if TYPE_CHECKING:
    import pyoxigraph


@dataclass(frozen=True, slots=True)
class Dump:
    """What was written: the canonical hash, and counts.

    `nodes` counts by key label, `relationships` by type; `left_out` what the ontology does not know.
    """

    sha256: str
    whole: Statistics
    parts: Mapping[str, Statistics]
    nodes: Mapping[str, int]
    relationships: Mapping[str, int]
    left_out: Mapping[str, int]

    @property
    def version(self) -> str:
        """The name of the release: it follows from its content."""
        return self.sha256[:16]


def dump(store: Store, folder: Path, scratch: Path) -> Dump:
    """Write both files into a folder; `scratch` is another one, for what is needed meanwhile.

    Raises StoreError where the graph was changed meanwhile.
    """
    from pyoxigraph import RdfFormat, serialize

    from qikg.release.canonical import canonical_lines

    labels, types = before = census(store)
    left_out = Counter({f"relationships {kind}": types[kind] for kind in types.keys() - RELATIONSHIPS.keys()})
    left_out["nodes without a known label"] = labels[""]
    for part in PARTS:
        left_out.update(export(store, scratch / part, format="ntriples", part=part).left_out)
    if census(store) != before:
        raise StoreError("The graph was changed while the release was made. Make it again.")
    parts = {part: _counted(scratch / part) for part in PARTS}
    serialize(_triples(scratch), folder / TURTLE, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES))
    whole, digest = Statistics(), sha256()
    with (folder / QUADS).open("wb") as file:
        for line in canonical_lines(_triples(scratch), scratch):
            whole.count(line)
            file.write(line)
            digest.update(line)
    return Dump(
        digest.hexdigest(),
        whole,
        parts,
        {label: labels[label] for label in NODES if labels[label]},
        {kind: types[kind] for kind in RELATIONSHIPS if types[kind]},
        {what: count for what, count in sorted(left_out.items()) if count},
    )


def _triples(scratch: Path) -> Iterator[pyoxigraph.Triple]:
    """Give all triples; what every export says of itself once."""
    from pyoxigraph import RdfFormat, parse

    from qikg.graph.rdf.triples import header

    told = dict.fromkeys(header())
    yield from told
    for part in PARTS:
        for quad in parse(path=scratch / part, format=RdfFormat.N_TRIPLES):
            if quad.triple not in told:
                yield quad.triple


def _counted(file: Path) -> Statistics:
    """Count what an export of a part holds, without what every export says of itself."""
    from pyoxigraph import RdfFormat, serialize

    from qikg.graph.rdf.triples import header

    told = set((serialize(header(), format=RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True))
    statistics = Statistics()
    with file.open("rb") as lines:
        for line in lines:
            if line not in told:
                statistics.count(line)
    return statistics
