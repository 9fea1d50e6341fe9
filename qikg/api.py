"""The graph as Python users drive it: one object, with the verbs of the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO

from qikg.ontology.errors import CheckFailed, NotLoaded, UsageError

if TYPE_CHECKING:
    import networkx
    import rdflib

    from qikg.graph.opening import AskPassword
    from qikg.graph.rdf.export import Exported
    from qikg.graph.store import Store, Value
    from qikg.loaders.report import LoadReport
    from qikg.loaders.studies.anchoring import AnchorReport
    from qikg.ontology.model import Ref
    from qikg.queries import Answer
    from qikg.queries.catalogue import Catalogue
    from qikg.queries.parameters import Given
    from qikg.release.difference import Difference
    from qikg.release.making import Released

PathLike = str | os.PathLike[str]
ROW_LIMIT = 1_000
"""Rows that a free query gives at most, unless told otherwise."""


def open(  # the word that users know; `qikg.open` is how it is called
    store: PathLike | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    ask_password: AskPassword | None = None,
) -> Graph:
    """Open the graph in a folder or at a Bolt address; by default QIKG_STORE, else a folder in the user's data.

    User and password of a server come from the arguments, from QIKG_USER and QIKG_PASSWORD, or from the file that
    QIKG_PASSWORD_FILE names. Raises StoreUnavailable where the graph cannot be opened.
    """
    from qikg.graph.opening import open_store

    return Graph(open_store(store, user=user, password=password, ask_password=ask_password))


class Graph:
    """An open graph. Use it in a `with` block, or call `close`.

    >>> import qikg  # doctest: +SKIP
    >>> with qikg.open() as g:  # doctest: +SKIP
    ...     print(g.ask("challenge-to-factors", challenge="QUASER:LEAD"))
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def questions(self) -> Catalogue:
        """The questions that can be asked, by name."""
        from qikg.queries import packaged

        return packaged()

    def build(self) -> LoadReport:
        """Make the packaged graph (frameworks, mappings, studies) anew; what was loaded beside it is kept."""
        from qikg.loaders import build

        return build(self.store)

    def load(
        self, *paths: PathLike, strict: bool = False, on_piece: Callable[[int], None] = lambda things: None
    ) -> LoadReport:
        """Load files or study folders beside the packaged graph; a file's kind is found out by its content.

        Files of registers are written piece by piece, `on_piece` is told how many nodes and relationships there are so
        far, and rows that are not right are left out, or, where `strict`, the whole file. Of other files nothing is
        written where a row is not right: CheckFailed is raised, with the report.
        """
        from qikg.loaders import load

        return load(self.store, [Path(path) for path in paths], strict=strict, on_piece=on_piece)

    def fetch(
        self,
        kind: str,
        folder: PathLike | None = None,
        *,
        since: str | None = None,
        local_authority: str | None = None,
        strict: bool = False,
        on_piece: Callable[[int], None] = lambda things: None,
    ) -> LoadReport:
        """Fetch what a service has into a folder, and load that: `cqc-api` (the key is in QIKG_CQC_KEY), or `ods`.

        Without a folder, into one that belongs to an embedded store. With `since` (a day, or a moment in ISO 8601) only
        records that changed after it, with `local_authority` those of one. Broken off, the same call goes on. Raises
        UsageError where the key is missing or refused, or where a server's graph is given no folder.
        """
        from qikg.loaders import fetch_and_load

        return fetch_and_load(
            self.store, kind, None if folder is None else Path(folder), since=since, local_authority=local_authority,
            strict=strict, on_piece=on_piece,
        )  # fmt: skip

    def check(self, *paths: PathLike) -> LoadReport:
        """Do the same reading and reporting as `load`, and write nothing."""
        from qikg.loaders import check

        return check([Path(path) for path in paths], self.store)

    def ask(
        self,
        name: str,
        *,
        status: str | None = None,
        reach: str | None = None,
        text: PathLike | None = None,
        **parameters: Given,
    ) -> Answer:
        """Ask a question by its name, with its parameters.

        `status` keeps rows known at least so well; `reach` those whose evidence reaches at least so far; `text` is a
        copy of the study's text, whose words are shown beside the rows (nothing of it is stored).
        A parameter that is a word of Python takes an underscore: `g.ask("gaps", from_="MUSIQ", to="QUASER")`.
        Raises UsageError for an unknown name or parameter, NotLoaded where the graph lacks the data.
        """
        from qikg.queries import ask, packaged

        question = packaged()[name]
        self._require_build()
        if text is not None and question.roles.span is None:
            raise UsageError(f"{name} gives no places in a text, so --text has nothing to show.")
        given = {key.removesuffix("_"): value for key, value in parameters.items()}
        answer = ask(self.store, question, given, status=status, reach=reach)
        return answer if text is None else self._with_words(answer, Path(text))

    def anchor(self, text: PathLike, *, study: str | None = None) -> AnchorReport:
        """Check every anchored span against a copy of a study's text, and say where each was found, and how.

        Raises NotLoaded where the study has no text, UsageError where several have one and none is named.
        """
        from qikg.loaders.studies.anchoring import SpanAnchor, anchor, decode_text

        self._require_build()
        document = self._document(study)
        spans = [
            SpanAnchor.model_validate(row)
            for row in self.store.read(
                "MATCH (s:Span)-[:IN_DOCUMENT]->(:Document {id: $document}) RETURN s.id AS id, s.start AS start, "
                "s.end AS end, s.sha256 AS sha256, s.skeleton_sha256 AS skeleton_sha256, "
                "s.skeleton_length AS skeleton_length, s.quote_start AS quote_start, s.quote_end AS quote_end "
                "ORDER BY start, end",
                {"document": document["id"]},
            )
        ]
        path = Path(text)
        return anchor(spans, decode_text(_bytes(path), str(path)), str(document["sha256"]))

    def cypher(
        self,
        query: str,
        parameters: Mapping[str, Value] | None = None,
        *,
        limit: int = ROW_LIMIT,
        timeout: float | None = None,
    ) -> Answer:
        """Run Cypher of your own; it can only read, and gives at most `limit` rows.

        Raises WriteRefused for what would write, change the schema or read a file, QueryStopped past the time limit.
        """
        from qikg.graph.reading import refuse_writes
        from qikg.queries.free import run

        refuse_writes(self.store, query)
        return run(self.store, query, parameters, limit=limit, timeout=timeout)

    def export(
        self, out: PathLike | BinaryIO, *, format: str = "turtle", profile: str = "rdf11", part: str | None = None
    ) -> Exported:
        """Write the graph, or a part of it, as RDF to a file or to a stream of bytes.

        `format`, `profile` and `part` are those of `qikg export --help`. Raises UsageError for others.
        """
        from qikg.graph.rdf.export import export

        self._require_build()
        return export(self.store, out, format=format, profile=profile, part=part)

    def release(self, folder: PathLike, *, since: PathLike | None = None) -> Released:
        """Write a release into a folder: the graph with its hash, description, receipt, changes and a site of pages.

        The same sources give the same bytes. `since` is the folder of the release before. Raises UsageError where the
        folder holds anything but a release, which is then replaced whole.
        """
        from qikg.release.making import release

        self._require_build()
        return release(self.store, Path(folder), since=None if since is None else Path(since))

    def to_rdflib(self) -> rdflib.Graph:
        """Give the whole graph as an rdflib Graph, in memory.

        >>> from rdflib import SKOS  # doctest: +SKIP
        >>> len(set(g.to_rdflib().subjects(SKOS.inScheme)))  # doctest: +SKIP
        390
        """
        from qikg.graph.rdf.export import to_rdflib

        self._require_build()
        return to_rdflib(self.store)

    def sparql(self, query: str) -> Answer | rdflib.Graph:
        """Run SPARQL over the whole graph, in memory; CONSTRUCT and DESCRIBE give an rdflib Graph.

        The prefixes of every export need not be declared. Nothing outside the graph is asked: SERVICE and FROM are
        refused with a UsageError, as is what is not SPARQL.

        >>> names = "SELECT ?name { ?c skos:inScheme/dcterms:identifier 'QUASER' ; skos:prefLabel ?name }"
        >>> sorted(row["name"] for row in g.sparql(names))[0]  # doctest: +SKIP
        'Cultural'
        """
        from qikg.queries.free import run_sparql

        self._require_build()
        return run_sparql(self.store, query)

    def to_networkx(self) -> networkx.MultiDiGraph[Ref]:
        """Give the whole graph as a networkx MultiDiGraph, in memory; needs `pip install qikg[networkx]`.

        A node is a pair of key label and id, an edge's key its type (and what tells it from others of that type).

        >>> ends = g.to_networkx().out_edges(("Study", "williams-best-2022"), keys=True)  # doctest: +SKIP
        >>> sorted(end.id for _, end, kind in ends if kind == "EXAMINES")[0]  # doctest: +SKIP
        'williams-best-2022/case-1'
        """
        from qikg.graph.networks import to_networkx

        self._require_build()
        return to_networkx(self.store)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def __enter__(self) -> Graph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<qikg graph in {self.store.address}>"

    def _require_build(self) -> None:
        from qikg.graph.rebuild import check_version

        if not check_version(self.store):
            raise NotLoaded(f"The graph in {self.store.address} is empty. Run `qikg build` first.")

    def _document(self, study: str | None) -> Mapping[str, Value]:
        found = list(
            self.store.read(
                "MATCH (d:Document)-[:TEXT_OF]->(s:Study) WHERE $study IS NULL OR s.id = $study "
                "RETURN d.id AS id, d.sha256 AS sha256, s.id AS study ORDER BY d.id",
                {"study": study},
            )
        )
        if not found:
            raise NotLoaded(f"No text is recorded{f' for the study {study}' if study else ''}.")
        if len(found) > 1:
            studies = _listed(row["study"] for row in found)
            raise UsageError(f"Several studies have a text; name one with --study: {studies}")
        return found[0]

    def _with_words(self, answer: Answer, path: Path) -> Answer:
        from dataclasses import replace

        from qikg.loaders.studies.anchoring import decode_text, words

        column = answer.question.roles.span
        assert column is not None
        studies = {str(row[column]).split("/")[0] for row in answer if row[column] is not None}
        if len(studies) != 1:
            raise UsageError("The rows are of several studies; name one with --study to show words of its text.")
        report = self.anchor(path, study=studies.pop())
        text = decode_text(_bytes(path), str(path))
        said = {anchored.span_id: words(text, anchored) for anchored in report.spans}
        rows = tuple({**row, "words": said.get(str(row[column]))} for row in answer)
        lost = sum(row[column] is not None and row["words"] is None for row in rows)
        notes = [*answer.notes, f"The words are from {path.name}, which is {_of(report)}."]
        if lost:
            notes.append(f"{lost} passages could not be found there for certain; see `qikg check --text {path}`.")
        return replace(answer, rows=rows, columns=(*answer.columns, "words"), notes=tuple(notes))


def _of(report: AnchorReport) -> str:
    return {
        "same": "the very text that the study was read in",
        "same but for line ends": "the text that the study was read in, but for line ends",
    }.get(report.document, "another copy of the text; passages were sought again")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value) for value in values) + "."


def checked_against_packaged(*paths: PathLike) -> LoadReport:
    """Check files as `Graph.check` does, against the packaged codes alone; no store is opened."""
    from qikg.loaders import check

    return check([Path(path) for path in paths])


def load(
    *paths: PathLike,
    bulk: PathLike,
    strict: bool = False,
    on_piece: Callable[[int], None] = lambda things: None,
) -> LoadReport:
    """Load files as `Graph.load` does into an empty graph, and write it as a folder for Neo4j's own import tool.

    No store is opened. The folder `bulk`, which must be empty or not be there yet, holds the packaged graph too; its
    README.md has the commands that import it. Raises UsageError for a folder that is not empty.
    """
    from qikg.graph.bulk import new_folder, write_bulk
    from qikg.graph.embedded import scratch_store

    folder = new_folder(Path(bulk))  # said now, and not when all is loaded
    with scratch_store() as store:
        report = Graph(store).load(*paths, strict=strict, on_piece=on_piece)
        done = write_bulk(store, folder)
    report.notes.append(
        f"The folder holds {done.nodes:,} nodes and {done.relationships:,} relationships, the packaged graph included."
    )
    return report


def diff(old: PathLike, new: PathLike) -> Difference:
    """Say what was added, removed and changed between two releases (folders), or two RDF files; no store is opened.

    Both are read into memory. Raises UsageError for what is neither, CheckFailed where the RDF is not right.
    """
    from qikg.release.difference import difference
    from qikg.release.snapshot import read

    return difference(read(Path(old)), read(Path(new)))


__all__ = ["ROW_LIMIT", "CheckFailed", "Graph", "checked_against_packaged", "diff", "load", "open"]
