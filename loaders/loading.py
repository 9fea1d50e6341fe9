"""Builds the packaged graph, loads files beside it, and checks files without writing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path

from qikg.graph.collector import collecting_seldom
from qikg.graph.content import Content
from qikg.graph.current import derive_from_ratings
from qikg.graph.embedded import EmbeddedStore
from qikg.graph.rebuild import SHOWN, check_version, rebuild
from qikg.graph.store import Store
from qikg.graph.writer import Written, write, write_in
from qikg.loaders.cqc.same import link_same_ratings
from qikg.loaders.editions import record
from qikg.loaders.fetching import FETCHED, fetch
from qikg.loaders.files import REGISTERS, File, Kind, recognise, recognise_all
from qikg.loaders.frameworks import ConceptRow, concepts, frameworks
from qikg.loaders.mappings import mappings
from qikg.loaders.packaged import (
    EVIDENCE,
    ONTOLOGY,
    packaged_frameworks,
    packaged_sources,
    packaged_studies,
    packaged_study_ids,
)
from qikg.loaders.registers import READERS, load_register
from qikg.loaders.report import LoadReport, Problem
from qikg.loaders.shapes import check_shapes
from qikg.loaders.studies.study import study
from qikg.loaders.tables import read_table
from qikg.ontology.classes import VERSION
from qikg.ontology.crosswalk import Concept, Framework
from qikg.ontology.errors import CheckFailed, StoreError, StoreUnavailable, UsageError
from qikg.ontology.evidence import Study
from qikg.ontology.model import Node, Ref
from qikg.ontology.provenance import Ontology, Source

AS_OF = "2026-11-23"
"""Edition of the packaged frameworks and mappings."""

_LOADS = "loads.json"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The codes that files may point at."""

    concepts: frozenset[str]
    frameworks: frozenset[str]


def packaged(report: LoadReport, ontology: Path = ONTOLOGY, evidence: Path = EVIDENCE) -> Content:
    """Read everything that comes with qikg: frameworks, code lists, mappings and studies."""
    sources = packaged_sources(ontology)
    content = frameworks(ontology, sources, AS_OF, report)
    vocabulary = vocabulary_of(content)
    for path in (path for path in sources if path.endswith(".sssom.tsv")):
        content.extend(
            [mappings(ontology / path, vocabulary.concepts, vocabulary.frameworks, report, source=sources[path])]
        )
    for folder in packaged_studies(evidence):
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
    _stop_on_errors(report, "The packaged data are not right, and the graph is as it was")
    with _alone(store):
        again = _loads_of(store)
        _all_unchanged(again)
        written = rebuild(store, content, lambda fresh: _load_again(fresh, again))
    return _told(report, [written])


def load(
    store: Store,
    paths: Sequence[Path],
    *,
    strict: bool = False,
    on_file: Callable[[File], None] = lambda file: None,
    on_piece: Callable[[int], None] = lambda things: None,
) -> LoadReport:
    """Load files or study folders beside the packaged graph, which is built first where the graph is empty.

    A file's kind is found out by its content; a folder may hold files of many kinds. Frameworks, mapping sets and
    studies are read and checked before anything is written, and all are written together or none. Files of registers
    are written piece by piece; rows that are not right are left out and reported, or, where `strict`, the whole file
    is. Raises CheckFailed, with the report, where a row of the others is not right; nothing of them is written then.
    """
    report = LoadReport()
    every = recognise_all(_without_kind(paths), report)
    files = [file for file in every if file.kind not in REGISTERS]
    registers = [file for file in every if file.kind in REGISTERS]
    if not check_version(store):
        build(store)
    contents = _read(files, vocabulary_in(store), report, on_file)
    _refuse_packaged(files, contents, report)
    _refuse_other_content(store, contents, report)
    _stop_on_errors(report, "Nothing was loaded")
    contents = _agreed_on_labels(contents)
    with _alone(store):
        earlier = _loads_of(store)
        # The list first: what is in it and not in the graph is loaded by the next build; else it would be lost.
        _remember(store, [*earlier, *files])
        try:
            written = store.write(lambda transaction: [write_in(transaction, content) for content in contents])
        except StoreUnavailable:  # nobody knows whether it was written
            raise
        except BaseException:
            _remember(store, earlier)
            raise
        with collecting_seldom():
            try:
                for file in registers:
                    on_file(file)
                    _load_and_remember(store, file, report, strict=strict, on_piece=on_piece)
            finally:
                if registers or contents:
                    link_same_ratings(store)
                    derive_from_ratings(store)
    return _told(report, written)


def fetch_and_load(
    store: Store,
    kind: str,
    folder: Path | None = None,
    *,
    since: str | None = None,
    local_authority: str | None = None,
    strict: bool = False,
    on_piece: Callable[[int], None] = lambda things: None,
) -> LoadReport:
    """Fetch the records of a service into a folder (without one, into the store's own), and load them.

    Raises UsageError for a kind that no service has, a key that is missing or refused, or where no folder is named and
    the store has none of its own; QikgError where the service stops answering.
    """
    known = [one.value for one in FETCHED]
    if kind not in known:
        raise UsageError(f"Say what to fetch: {' or '.join(known)}.")
    if folder is None:
        if not isinstance(store, EmbeddedStore):
            raise UsageError(f"Name a folder for what is fetched: qikg load {kind} --fetch FOLDER.")
        folder = store.kept / "fetched" / kind
    report = LoadReport()
    fetch(Kind(kind), folder, report, since=since, local_authority=local_authority)
    if any(folder.rglob("*.json")):
        done = load(store, [folder], strict=strict, on_piece=on_piece)
    else:
        done = LoadReport(notes=["The service gave nothing, so there is nothing to load."])
    done.problems[:0] = report.problems
    done.notes[:0] = report.notes
    return done


def check(paths: Sequence[Path], store: Store | None = None) -> LoadReport:
    """Do the same reading and reporting as `load`, and write nothing.

    Codes are those of the packaged data and of `store`.
    """
    vocabulary = _packaged_vocabulary()
    if store is not None and check_version(store):
        own = vocabulary_in(store)
        vocabulary = Vocabulary(vocabulary.concepts | own.concepts, vocabulary.frameworks | own.frameworks)
    report = LoadReport()
    every = recognise_all(_without_kind(paths), report)
    files = [file for file in every if file.kind not in REGISTERS]
    contents = _read(files, vocabulary, report, lambda file: None)
    if not any(file.path.is_relative_to(own) for file in files for own in (ONTOLOGY.resolve(), EVIDENCE.resolve())):
        _refuse_packaged(files, contents, report)
    if store is not None:
        _refuse_other_content(store, contents, report)
    pieces = [READERS[file.kind].read(file.path, report) for file in every if file.kind in REGISTERS]
    for content in chain(contents, *pieces):
        report.nodes.update(type(node).__name__ for node in content.nodes)
        report.relationships.update(relationship.type for relationship in content.relationships)
    for file in every:
        if file.kind is Kind.RDF:
            check_shapes(file.path, report)
    return report


@cache
def _packaged_vocabulary() -> Vocabulary:
    return vocabulary_of(packaged(LoadReport()))


def _load_and_remember(
    store: Store, file: File, report: LoadReport, *, strict: bool, on_piece: Callable[[int], None]
) -> None:
    """Load a register's file; one that was refused whole is not loaded again by a build."""
    earlier = _loads_of(store)
    _remember(store, [*earlier, file])
    taken = False
    try:
        taken = load_register(store, file.kind, file.path, report, strict=strict, on_piece=on_piece)
    except StoreError:  # what was written stays, and the next build completes it
        taken = True
        raise
    finally:
        if not taken:
            _remember(store, earlier)


def _without_kind(paths: Sequence[Path]) -> Sequence[Path]:
    """Leave out the name of a kind before the files: it says what the content says too."""
    named = {kind.value for kind in Kind}
    return paths[1:] if len(paths) > 1 and str(paths[0]) in named and not paths[0].exists() else paths


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
    for file in _in_order(files):
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


def _in_order(files: Iterable[File]) -> list[File]:
    """Put frameworks first, then mappings, then studies: each may point at what comes before it."""
    return sorted(files, key=lambda file: list(Kind).index(file.kind))


def _framework(path: Path, report: LoadReport) -> Content:
    table = read_table(path, ConceptRow, report)
    codes = {row.code.partition(":")[0] for row in table}
    editions = sorted({row.edition or "" for row in table})
    if len(editions) > 1:
        rule, hint = "rows of one file have different editions", "One file is one edition: write the same in every row."
        report.add(Problem(table.name, rule, column="edition", value=", ".join(editions), hint=hint))
    edition = editions[-1] if editions else ""
    content = Content(edition)
    name = "+".join(sorted(codes)) or path.stem
    source = Source(id=f"user/{name}/{edition or 'undated'}", title=path.name, edition=edition or None)
    identifier = record(content, source, table, "frameworks")
    content.extend([concepts(table, {row.code for row in table}, {}, {}, (identifier,), edition, report)])
    return content


def _agreed_on_labels(contents: Sequence[Content]) -> list[Content]:
    """Give every node the second labels that any of the contents gives it: they are written in one transaction."""
    labels: dict[Ref, set[str]] = {}
    for node in (node for content in contents for node in content.nodes):
        labels.setdefault(node.pointer, set()).update(node.labels)

    def agreed(node: Node) -> Node:
        every = labels[node.pointer]
        return node if every == set(node.labels) else node.model_copy(update={"labels": tuple(sorted(every))})

    return [replace(content, nodes=[agreed(node) for node in content.nodes]) for content in contents]


def _refuse_packaged(files: Iterable[File], contents: Iterable[Content], report: LoadReport) -> None:
    """Report what has an id of the packaged data: the two could not be told apart in the graph."""
    codes, studies = packaged_frameworks(), packaged_study_ids()
    for file, content in zip(_in_order(files), contents, strict=True):
        taken = [
            node
            for node in content.nodes
            if (isinstance(node, Framework) and node.id in codes) or (isinstance(node, Study) and node.id in studies)
        ]
        for node in taken:
            what, column = ("study", "id") if isinstance(node, Study) else ("framework", "code")
            other = "id" if column == "id" else "prefix"
            hint = f"`qikg build` loads that one. Give a {what} of your own another {other}."
            name = "study.json" if isinstance(node, Study) else file.path.name
            report.add(Problem(name, f"a {what} with this id comes with qikg", None, column, node.id, hint))


def _refuse_other_content(store: Store, contents: Iterable[Content], report: LoadReport) -> None:
    """Report editions that the graph has with other content: which of the two is the newer nobody could tell."""
    read = {node.id: node for content in contents for node in content.nodes if isinstance(node, Source) and node.sha256}
    found = store.read(
        "MATCH (s:Source) WHERE s.id IN $ids RETURN s.id AS id, s.sha256 AS sha256", {"ids": sorted(read)}
    )
    for row in found:
        source = read[str(row["id"])]
        if row["sha256"] is not None and row["sha256"] != source.sha256:
            hint = (
                "Give the changed file a later edition (of a study: `edition` in study.json; of a mapping set: "
                "`mapping_set_version`; of a framework: a column `edition` with a date) and load it again."
            )
            rule = f"edition {source.edition or 'undated'} is in the graph already, with other content"
            report.add(Problem(str(source.title or source.id), rule, value=source.id, hint=hint))


def _stop_on_errors(report: LoadReport, what: str) -> None:
    if report.errors:
        count = len(report.errors)
        raise CheckFailed(f"{what}: {count:,} error{'s' * (count > 1)}.\n{report.summary()}", report)


def _told(report: LoadReport, written: Iterable[Written]) -> LoadReport:
    for one in written:
        report.nodes.update(one.nodes)
        report.relationships.update(one.relationships)
        report.missing_ends += one.missing_ends
        report.notes += one.notes
    return report


def _alone(store: Store) -> AbstractContextManager[None]:
    """Keep other writers out of an embedded store, and so the list of loads in step with the graph."""
    return store.writing() if isinstance(store, EmbeddedStore) else nullcontext()


def _loads_of(store: Store) -> list[File]:
    """Give what the user loaded into an embedded store; a server keeps it through a build by itself."""
    if not isinstance(store, EmbeddedStore) or not (store.kept / _LOADS).exists():
        return []
    listed = json.loads((store.kept / _LOADS).read_text("utf-8"))
    return [File(Path(entry["path"]), Kind(entry["kind"]), entry["sha256"]) for entry in listed]


def _remember(store: Store, files: Iterable[File]) -> None:
    if isinstance(store, EmbeddedStore):
        kept = {file.path: file for file in files}
        listed = [{"path": str(f.path), "kind": f.kind.value, "sha256": f.sha256} for f in kept.values()]
        fresh = store.kept / f"{_LOADS}.new"
        fresh.write_text(json.dumps(listed, indent=1), "utf-8")
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
    """Load again what the user had loaded, into a new graph, and link what stands in it twice."""
    report = LoadReport()
    curated = [file for file in files if file.kind not in REGISTERS]
    contents = _read(curated, vocabulary_in(store), report, lambda file: None)
    _stop_on_errors(report, "What was loaded does not fit the new data; the graph is as it was")
    for file in files:
        if file.kind in REGISTERS:
            load_register(store, file.kind, file.path, report)
    for content in contents:
        lost = write(store, content).missing_ends
        if lost:
            raise StoreError(
                "The new data no longer have what your own data point at; correct your files, and build again. "
                f"The graph is as it was. {'; '.join(lost[:SHOWN])}"
            )
    link_same_ratings(store)
