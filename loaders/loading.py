"""Builds the packaged graph, loads files beside it, and checks files without writing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qikg.graph.content import Content
from qikg.graph.embedded import EmbeddedStore
from qikg.graph.rebuild import check_version, rebuild
from qikg.graph.store import Store
from qikg.graph.writer import Written, write
from qikg.loaders.files import File, Kind, recognise
from qikg.loaders.frameworks import concepts, frameworks
from qikg.loaders.frameworks import ConceptRow
from qikg.loaders.editions import record
from qikg.loaders.mappings import mappings
from qikg.loaders.packaged import ONTOLOGY, packaged_sources, packaged_studies
from qikg.loaders.report import LoadReport
from qikg.loaders.study import study
from qikg.loaders.tables import read_table
from qikg.ontology.classes import VERSION
from qikg.ontology.crosswalk import Concept, Framework
from qikg.ontology.errors import CheckFailed
from qikg.ontology.provenance import Ontology, Source

AS_OF = "2026-11-23"
"""Edition of the packaged frameworks and mappings."""

_LOADS = "loads.json"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes that files may point at."""

    concepts: frozenset[str]
    frameworks: frozenset[str]


def packaged(report: LoadReport) -> Content:
    """Read everything that comes with qikg: frameworks, code lists, mappings and studies."""
    sources = packaged_sources()
    content = frameworks(ONTOLOGY, sources, AS_OF, report)
    vocabulary = vocabulary_of(content)
    for path in (path for path in sources if path.endswith(".sssom.tsv")):
        content.extend(
            [mappings(ONTOLOGY / path, vocabulary.concepts, vocabulary.frameworks, report, source=sources[path])]
        )
    for folder in packaged_studies():
        content.extend([study(folder, vocabulary.concepts, vocabulary.frameworks, report, packaged=True)])
    own = Source(
        id=f"qikg/ontology/{VERSION}", title="Ontology of qikg", publisher="qikg", edition=VERSION,
        licence="CC BY 4.0", packaged=True, sources=(f"qikg/ontology/{VERSION}",),
    )  # fmt: skip
    content.add(own, Ontology(id="qikg", version=VERSION, sources=(own.id,)))
    return content


def build(store: Store) -> LoadReport:
    """Make the packaged part of the graph anew, all or nothing; what the user loaded is kept.

    Raises CheckFailed, with the report, where the packaged data or a file that had been loaded is not right.
    """
    report = LoadReport()
    content = packaged(report)
    _stop_on_errors(report, "The packaged data are not right")
    again = _loads_of(store)
    _all_unchanged(again)
    written = rebuild(store, content, lambda fresh: _load_again(fresh, again))
    return _told(report, written)


def load(store: Store, paths: Sequence[Path], *, on_file: Callable[[File], None] = lambda file: None) -> LoadReport:
    """Load files or study folders beside the packaged graph, which is built first where the graph is empty.

    A file's kind is found out by its content. All files are read and checked before anything is written.
    Raises CheckFailed, with the report, where a row is not right; nothing is written then.
    """
    files = [recognise(path) for path in paths]
    if not check_version(store):
        build(store)
    report = LoadReport()
    contents = _read(files, vocabulary_in(store), report, on_file)
    _stop_on_errors(report, "Nothing was loaded")
    for content in contents:
        _told(report, write(store, content))
    _remember(store, files)
    return report


def check(paths: Sequence[Path], store: Store | None = None) -> LoadReport:
    """Do the same reading and reporting as `load`, and write nothing.

    Codes are those of the packaged data and of `store`.
    """
    vocabulary = vocabulary_of(packaged(LoadReport()))
    if store is not None and check_version(store):
        own = vocabulary_in(store)
        vocabulary = Vocabulary(vocabulary.concepts | own.concepts, vocabulary.frameworks | own.frameworks)
    report = LoadReport()
    for content in _read([recognise(path) for path in paths], vocabulary, report, lambda file: None):
        report.nodes.update(type(node).__name__ for node in content.nodes)
        report.relationships.update(relationship.type for relationship in content.relationships)
    return report


def vocabulary_of(content: Content) -> Vocabulary:
    """Give the codes that a content holds."""
    return Vocabulary(
        frozenset(node.id for node in content.nodes if isinstance(node, Concept)),
        frozenset(node.id for node in content.nodes if isinstance(node, Framework)),
    )


def vocabulary_in(store: Store) -> Vocabulary:
    """Give the codes that a graph holds."""
    found = [
        frozenset(str(row["id"]) for row in store.read(f"MATCH (n:{label}) RETURN n.id AS id"))
        for label in ("Concept", "Framework")
    ]
    return Vocabulary(*found)


def _read(
    files: Iterable[File], vocabulary: Vocabulary, report: LoadReport, on_file: Callable[[File], None]
) -> list[Content]:
    contents: list[Content] = []
    # Frameworks first, then mappings, then studies: each may point at what comes before it.
    for file in sorted(files, key=lambda file: list(Kind).index(file.kind)):
        on_file(file)
        if file.kind is Kind.FRAMEWORK:
            content = _framework(file.path, report)
            own = vocabulary_of(content)
            vocabulary = Vocabulary(vocabulary.concepts | own.concepts, vocabulary.frameworks | own.frameworks)
        elif file.kind is Kind.MAPPINGS:
            content = mappings(file.path, vocabulary.concepts, vocabulary.frameworks, report)
        else:
            content = study(file.path, vocabulary.concepts, vocabulary.frameworks, report)
        contents.append(content)
    return contents


def _framework(path: Path, report: LoadReport) -> Content:
    table = read_table(path, ConceptRow, report)
    edition = table.sha256[:12]
    content = Content("")
    source = record(content, Source(id=f"user/{path.stem}/{edition}", title=path.name, edition=edition), table, "frameworks")
    content.extend([concepts(table, {row.code for row in table}, {}, {}, (source,), "", report)])
    return content


def _stop_on_errors(report: LoadReport, what: str) -> None:
    if report.errors:
        count = len(report.errors)
        raise CheckFailed(f"{what}: {count} error{'s' * (count > 1)}.\n{report.summary()}", report)


def _told(report: LoadReport, written: Written) -> LoadReport:
    report.nodes.update(written.nodes)
    report.relationships.update(written.relationships)
    report.missing_ends += written.missing_ends
    return report


def _loads_of(store: Store) -> list[File]:
    """Give what the user loaded into an embedded store; a server keeps it through a build by itself."""
    if not isinstance(store, EmbeddedStore) or not (store.kept / _LOADS).exists():
        return []
    listed = json.loads((store.kept / _LOADS).read_text("utf-8"))
    return [File(Path(entry["path"]), Kind(entry["kind"]), entry["sha256"]) for entry in listed]


def _remember(store: Store, files: Iterable[File]) -> None:
    if isinstance(store, EmbeddedStore):
        with store.writing():
            kept = {file.path: file for file in [*_loads_of(store), *files]}
            text = json.dumps(
                [{"path": str(f.path), "kind": f.kind.value, "sha256": f.sha256} for f in kept.values()], indent=1
            )
            fresh = store.kept / f"{_LOADS}.new"
            fresh.write_text(text, "utf-8")
            fresh.replace(store.kept / _LOADS)


def _all_unchanged(files: Iterable[File]) -> None:
    for file in files:
        if not file.path.exists():
            raise CheckFailed(
                f"{file.path} was loaded and is not there any more. Put it back, or make an empty graph with "
                "`qikg store wipe` and load what you have. The graph is as it was."
            )
        if recognise(file.path).sha256 != file.sha256:
            raise CheckFailed(
                f"{file.path} has changed since it was loaded. Load it again with `qikg load {file.path}`, then build. "
                "The graph is as it was."
            )


def _load_again(store: Store, files: Sequence[File]) -> None:
    if not files:
        return
    report = LoadReport()
    contents = _read(files, vocabulary_in(store), report, lambda file: None)
    _stop_on_errors(report, "What was loaded does not fit the new data; the graph is as it was")
    for content in contents:
        write(store, content)
