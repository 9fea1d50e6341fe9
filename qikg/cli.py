"""The command `qikg`: each verb calls one function of the library and shows its result.

Data go to standard output; progress, notes on a load and errors go to standard error. Exit codes: 0, 1 for a failed
check or an error, 2 for wrong use.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

from qikg.ontology.errors import CheckFailed, NotLoaded, QikgError, UsageError

if TYPE_CHECKING:
    from qikg.api import Graph
    from qikg.graph.store import Value
    from qikg.loaders.report import LoadReport
    from qikg.queries import Answer

app = typer.Typer(
    name="qikg",
    help="A knowledge graph of improvement evidence: trusts and their ratings, frameworks and the mappings between "
    "them, and what studies found, down to the excerpt.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: qikg build, then: qikg ask case-matrix. Every command has --help with an example.",
)
ask_app = typer.Typer(no_args_is_help=True, help="Ask a question. `qikg ask NAME --help` shows what it takes.")
queries_app = typer.Typer(no_args_is_help=True, help="List the questions, or show one with its Cypher.")
schema_app = typer.Typer(no_args_is_help=True, help="Print what is derived from the ontology.")
store_app = typer.Typer(no_args_is_help=True, help="Look after the store that holds the graph.")
app.add_typer(ask_app, name="ask")
app.add_typer(queries_app, name="queries")
app.add_typer(schema_app, name="schema")
app.add_typer(store_app, name="store")

INTERRUPTED = 130
"""What a program ends with that was interrupted from the keyboard."""

_LISTED = 20

StoreOption = Annotated[
    Optional[str],  # noqa: UP045 (typer reads it at run time)
    typer.Option(
        "--store",
        envvar="QIKG_STORE",
        show_envvar=True,
        help="Folder, or Bolt address such as bolt://localhost:7687. Its user and password come from QIKG_USER and "
        "QIKG_PASSWORD, from the file QIKG_PASSWORD_FILE, or from a prompt. By default a folder in your user data.",
    ),
]
ReportOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--report", help="Write the whole report to this file, as JSON."),
]
FormatOption = Annotated[str, typer.Option("--format", help="table, csv, json, jsonl or markdown.")]
OutOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--out", help="Write to this file instead of the screen."),
]


def _version(wanted: bool) -> None:
    if wanted:
        from qikg import __version__

        typer.echo(f"qikg {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and end.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where in the program an error arose.")] = False,
) -> None:
    del version, debug  # debug is read by main(), before anything can fail


@app.command(epilog="Example: qikg build")
def build(store: StoreOption = None, report: ReportOption = None) -> None:
    """Build the graph from the frameworks, mappings and studies that come with qikg.

    What they no longer state disappears; what you loaded yourself is kept.
    """
    with _graph(store, new=True) as graph, _working("Building the graph"):
        done = _reporting(graph.build, report)
    _say(f"{done.summary()}\nThe graph is in {graph.store.address}. Ask it: qikg ask case-matrix")


@app.command(
    epilog="Examples: qikg load my-study/ Latest_ratings.ods   qikg load ods --fetch   qikg load ratings.csv --bulk new"
)
def load(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Study folders, mapping sets (SSSOM/TSV), frameworks (TSV), files of registers (CQC's care "
            "directories, records of its API, trusts of NHS ODS), RDF that an export has written, or a folder of such "
            "files. The kind may stand first, and need not."
        ),
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse a register's file whole where one of its rows is not right.")
    ] = False,
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch",
            help="After cqc-api or ods: fetch the records from the service first, into the folder that follows, or "
            "into the store's own. The key of CQC's API comes from QIKG_CQC_KEY.",
        ),
    ] = False,
    since: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--since", help="With cqc-api --fetch: only what changed since this day, such as 2026-10-01."),
    ] = None,
    local_authority: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--local-authority", help="With cqc-api --fetch: only locations of this one, such as Oldham."),
    ] = None,
    bulk: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--bulk",
            help="Open no store: write a new folder, with the packaged graph and the files, for `neo4j-admin database "
            "import full`. Its README.md has the commands.",
        ),
    ] = None,
    store: StoreOption = None,
    report: ReportOption = None,
) -> None:
    """Load files of your own, or of registers, beside the packaged graph.

    A file's kind is found out by its content. Studies, mapping sets and frameworks are checked first, and nothing of
    them is written where a row is not right; of a register's file, rows that are not right are left out and reported.
    """
    if fetch and len(paths) > 2:
        raise UsageError("With --fetch name what to fetch, cqc-api or ods, and at most one folder.")
    if not fetch and (since or local_authority):
        raise UsageError("--since and --local-authority say what to fetch: they need --fetch.")
    if bulk is not None and fetch:
        raise UsageError("--bulk takes files. Fetch the records into a folder first: qikg load ods --fetch FOLDER.")
    if bulk is not None:
        source = context.get_parameter_source("store")
        if source is not None and source.name == "COMMANDLINE":  # QIKG_STORE may be set for other commands
            raise UsageError("--bulk opens no store. Leave out --store, or --bulk to load into the store.")
        from qikg.api import load as load_apart

        with _working("Loading") as say:
            done = _reporting(lambda: load_apart(*paths, bulk=bulk, strict=strict, on_piece=say), report)
        _say(f"{_table(done)}\nWritten to {bulk}; {bulk / 'README.md'} has the commands for Neo4j.")
    else:
        with _graph(store, new=True) as graph, _working("Fetching" if fetch else "Loading") as say:
            done = _reporting(
                lambda: graph.fetch(
                    str(paths[0]), *paths[1:], since=since, local_authority=local_authority, strict=strict, on_piece=say
                )
                if fetch
                else graph.load(*paths, strict=strict, on_piece=say),
                report,
            )
        _say(f"{_table(done)}\nLoaded into {graph.store.address}.")
    if not done.ok:
        raise typer.Exit(1)


@app.command(epilog="Examples: qikg check my-study/   qikg check --text paper.txt")
def check(
    paths: Annotated[Optional[list[Path]], typer.Argument(help="What you would give to `qikg load`.")] = None,  # noqa: UP045
    text: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--text", help="A copy of a study's text: check that every excerpt is where it should be."),
    ] = None,
    study: Annotated[Optional[str], typer.Option("--study", help="Whose text it is.")] = None,  # noqa: UP045
    store: StoreOption = None,
    report: ReportOption = None,
) -> None:
    """Read and report as `load` does, and write nothing; or check the anchors of a study against its text."""
    if text is not None:
        _check_text(store, text, study, report)
    elif paths:
        from qikg.api import checked_against_packaged

        done = checked_against_packaged(*paths) if store is None else _checked_in(store, paths)
        _write_report(done, report)
        _say(f"{_table(done)}\nChecked; nothing was written.")
        if not done.ok:
            raise typer.Exit(1)
    else:
        raise UsageError("Name a file or folder to check, or a text with --text FILE.")


@queries_app.command("list", epilog="Example: qikg queries list")
def list_queries() -> None:
    """List the questions that can be asked, by theme."""
    from qikg.queries import packaged

    theme = ""
    for question in sorted(packaged().values(), key=lambda question: (question.theme, question.name)):
        if question.theme != theme:
            theme = question.theme
            typer.echo(f"\n{theme.replace('-', ' ').capitalize()}" if theme else "")
        typer.echo(f"  {question.name:<26} {question.question}")


@queries_app.command("show", epilog="Example: qikg queries show case-matrix")
def show_query(name: Annotated[str, typer.Argument(help="Name of a question.")]) -> None:
    """Show the file of a question: its head and its Cypher."""
    from qikg.queries import packaged

    typer.echo(packaged().path(name).read_text("utf-8"), nl=False)


@app.command(epilog='Example: qikg cypher "MATCH (c:Case) RETURN c.id, c.label"')
def cypher(
    query: Annotated[str, typer.Argument(help="Cypher that reads; `-` takes it from standard input.")],
    param: Annotated[Optional[list[str]], typer.Option("--param", help="A parameter: name=value.")] = None,  # noqa: UP045
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows at most.")] = 1_000,
    timeout: Annotated[Optional[float], typer.Option("--timeout", min=0.1, help="Seconds at most.")] = None,  # noqa: UP045
    format: FormatOption = "table",
    out: OutOption = None,
    store: StoreOption = None,
) -> None:
    """Run Cypher of your own. It can only read."""
    renderer = _renderer(format)
    text = sys.stdin.read() if query == "-" else query
    with _graph(store) as graph:
        answer = graph.cypher(text, _parameters(param or []), limit=limit, timeout=timeout)
    _give(renderer(answer), out)
    if format in {"csv", "jsonl"}:
        _say("\n".join(answer.notes))


@app.command(epilog="Examples: qikg export --out graph.ttl   qikg export --part mappings --out - | head")
def export(
    out: Annotated[Path, typer.Option("--out", help="The file to write; `-` is standard output.")],
    format: Annotated[str, typer.Option("--format", help="turtle, ntriples, nquads, trig, jsonld, rdfxml.")] = "turtle",
    profile: Annotated[
        str, typer.Option("--profile", help="rdf11, which every tool reads, or rdf12, with reifiers.")
    ] = "rdf11",
    part: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--part", help="frameworks, mappings, study, registers or provenance; without it, all."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Write the graph, or a part of it, as RDF."""
    to_screen = str(out) == "-"
    with _graph(store) as graph, _working("Exporting"):
        done = graph.export(sys.stdout.buffer if to_screen else out, format=format, profile=profile, part=part)
    where = "" if to_screen else f" to {out}"
    _say(f"{done.triples:,} triples written{where}. The base https://w3id.org/qikg/ is not registered yet.")
    _say_left_out(done.left_out)


@app.command(epilog="Examples: qikg release my-release   qikg release new --since old")
def release(
    folder: Annotated[Path, typer.Argument(help="The folder to write; a release that is in it is replaced.")],
    since: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--since", help="The folder of the release before: what changed is told."),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Write a release: RDF with its hash, ontology, description, receipt, changes, citation, a site of pages.

    The same sources give the same bytes.
    """
    with _graph(store) as graph, _working("Writing the release"):
        done = graph.release(folder, since=since)
    _say(f"Release {done.version} in {folder}: {done.triples:,} triples, {done.pages:,} pages.\n{done.changes}")
    _say(f"Canonical hash (RDFC-1.0, SHA-256): {done.sha256}\nThe base https://w3id.org/qikg/ is not registered yet.")
    _say_left_out(done.left_out)


@app.command(epilog="Examples: qikg diff old-release new-release   qikg diff old.ttl new.ttl --format json")
def diff(
    old: Annotated[Path, typer.Argument(help="The folder of a release, or an RDF file.")],
    new: Annotated[Path, typer.Argument(help="Another one.")],
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    out: OutOption = None,
) -> None:
    """Say what was added, removed and changed between two releases, or two RDF files."""
    if format not in {"text", "json"}:
        raise UsageError(f"--format {format!r} is not known. There are text and json.")
    from qikg.api import diff as diff_of
    from qikg.release.changes import as_json, in_words

    with _working("Comparing"):
        found = diff_of(old, new)
    _give((in_words if format == "text" else as_json)(found, str(old), str(new)), out)


@schema_app.command("ddl", epilog="Example: qikg schema ddl")
def schema_ddl() -> None:
    """Print the constraints and indexes, as Cypher."""
    from qikg.ontology.ddl import ddl

    typer.echo(";\n".join(ddl()) + ";")


@schema_app.command("admin-headers", epilog="Example: qikg schema admin-headers")
def schema_admin_headers() -> None:
    """Print the heads of all files that Neo4j's own import tool takes: the name of a file, a tab, its head."""
    from qikg.graph.bulk import heads

    for name, head in heads():
        typer.echo(f"{name}\t{head}")


@schema_app.command("owl", epilog="Example: qikg schema owl > qikg.ttl")
def schema_owl() -> None:
    """Print the ontology as OWL 2, in Turtle."""
    from qikg.ontology.owl import owl

    typer.echo(owl().serialize(format="turtle"), nl=False)


@schema_app.command("shacl", epilog="Example: qikg schema shacl > shapes.ttl")
def schema_shacl() -> None:
    """Print the shapes that every export has, as SHACL, in Turtle."""
    from qikg.ontology.shacl import shacl

    typer.echo(shacl().serialize(format="turtle"), nl=False)


@schema_app.command("jsonld-context", epilog="Example: qikg schema jsonld-context > context.jsonld")
def schema_context() -> None:
    """Print the JSON-LD context of our names."""
    from qikg.ontology.context import context

    typer.echo(context(), nl=False)


@schema_app.command("docs", epilog="Example: qikg schema docs > ontology.md")
def schema_docs() -> None:
    """Print the reference of all classes and relationships, as Markdown."""
    from qikg.ontology.docs import reference

    typer.echo(reference(), nl=False)


@schema_app.command("diagram", epilog="Example: qikg schema diagram")
def schema_diagram(
    theme: Annotated[Optional[str], typer.Option("--theme", help="One theme; without it the main classes.")] = None,  # noqa: UP045
) -> None:
    """Print a diagram of the classes, as Mermaid."""
    from qikg.ontology.diagram import diagram

    typer.echo(diagram(theme))


@store_app.command("info", epilog="Example: qikg store info")
def store_info(store: StoreOption = None) -> None:
    """Say where the graph is, what engine holds it, and how much is in it."""
    from qikg.graph.rebuild import version_of

    with _graph(store) as graph:
        version = version_of(graph.store)
        typer.echo(f"store      {graph.store.address}")
        typer.echo(f"engine     {graph.store.engine}")
        typer.echo(f"ontology   {version or 'nothing built yet: run `qikg build`'}")
        if version:
            counts = graph.store.read("MATCH (n) RETURN labels(n) AS labels, count(*) AS n")
            nodes = sum(int(str(row["n"])) for row in counts)
            edges = graph.store.read("MATCH ()-[r]->() RETURN count(r) AS n").values[0][0]
            typer.echo(f"nodes      {nodes:,}\nrelations  {edges:,} (those derived from nodes included)")
            for row in graph.store.read("MATCH (s:Study) RETURN s.id AS id, s.title AS title ORDER BY id"):
                typer.echo(f"study      {row['id']}: {row['title']}")


@store_app.command("wipe", epilog="Example: qikg store wipe --yes")
def store_wipe(
    store: StoreOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete the graph, what you loaded included."""
    with _graph(store) as graph:
        where = graph.store.address
        if not yes:
            typer.confirm(f"Delete the whole graph in {where}?", abort=True)
        left = graph.store.wipe()
    others = f" Left there, as they are not qikg's: {', '.join(left)}." if left else ""
    _say(f"The graph in {where} is deleted.{others}")


@store_app.command("repair", epilog="Example: qikg store repair")
def store_repair(store: StoreOption = None) -> None:
    """Make the unique constraints and their indexes anew, after a crash; on a server, those that are missing.

    They are missing after an import by Neo4j's own tool.
    """
    with _graph(store) as graph, _working("Repairing"):
        done = graph.store.repair()
    _say("\n".join(done) or "There was nothing to repair.")


def main() -> NoReturn:
    """Run the command; errors that were foreseen are said in a line or two."""
    arguments = sys.argv[1:]
    try:
        if "ask" in arguments:
            from qikg.asking import register

            register(ask_app, arguments)
        app()
    except QikgError as error:
        if "--debug" in arguments:
            raise
        typer.echo(f"qikg: {_told(error)}", err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, KeyboardInterrupt) or end.code == INTERRUPTED:
            typer.echo("qikg: interrupted. What was not finished is not in the graph; run the same again.", err=True)
            sys.exit(INTERRUPTED)
        raise
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(0)


def _told(error: QikgError) -> str:
    """Give the message; of a report its first line, and the problems as a table."""
    report = getattr(error, "report", None)
    if report is None or not hasattr(report, "to_table"):
        return str(error)
    return f"{str(error).splitlines()[0]}\n{_table(report)}"


def _table(report: LoadReport) -> str:
    from qikg.queries.rendering import on_screen

    return report.to_table(on_screen)


@contextmanager
def _graph(store: str | None, *, new: bool = False) -> Iterator[Graph]:
    """Open a graph; a folder that does not exist is made only where `new`."""
    from qikg.api import open as open_graph
    from qikg.graph.opening import default_folder

    place = store or str(default_folder())
    if not new and "://" not in place and not Path(place).exists():
        raise NotLoaded(f"There is no graph in {place}. Run `qikg build` first.")

    def ask_password(user: str, address: str) -> str:
        if not sys.stdin.isatty():
            raise UsageError(
                f"{address} wants a password for {user}. "
                "Set QIKG_PASSWORD, or QIKG_PASSWORD_FILE to a file that holds it."
            )
        return str(typer.prompt(f"Password of {user} at {address}", hide_input=True, err=True))

    with open_graph(store, ask_password=ask_password) as graph:
        yield graph


@contextmanager
def _working(what: str) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda things: None
        return
    from rich.console import Console

    with Console(stderr=True).status(f"{what} …") as status:
        yield lambda things: status.update(f"{what} … {things:,} nodes and relationships")


def _say(text: str) -> None:
    if text:
        typer.echo(text, err=True)


def _say_left_out(left_out: Mapping[str, int]) -> None:
    for what, count in sorted(left_out.items()):
        _say(f"Left out, as the ontology does not know it: {what} ({count}).")


def _reporting(work: Callable[[], LoadReport], report: Path | None) -> LoadReport:
    try:
        done = work()
    except CheckFailed as error:
        if error.report is not None:
            _write_report(error.report, report)  # type: ignore[arg-type]
        raise
    _write_report(done, report)
    return done


def _write_report(done: LoadReport, report: Path | None) -> None:
    if report is not None:
        report.write_text(done.to_json(), "utf-8")


def _checked_in(store: str, paths: Sequence[Path]) -> LoadReport:
    with _graph(store) as graph:
        return graph.check(*paths)


def _check_text(store: str | None, text: Path, study: str | None, report: Path | None) -> None:
    import json
    from dataclasses import asdict

    with _graph(store) as graph:
        found = graph.anchor(text, study=study)
    if report is not None:
        report.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n", "utf-8")
    which = {"same": "the very document", "another": "another copy of the document"}.get(found.document, found.document)
    typer.echo(f"{text} is {which}.")
    counts = ", ".join(f"{count} {status}" for status, count in found.counts.items() if count)
    methods = ", ".join(f"{count} by {method}" for method, count in found.methods.items() if count and method != "none")
    typer.echo(f"{len(found.spans)} passages: {counts} ({methods}).")
    lost = [span for span in found.spans if span.status in {"ambiguous", "unanchored"}]
    if len(lost) > len(found.spans) / 2:
        typer.echo("Most passages are not in it: this does not look like the text of the study.")
    else:
        for span in lost[:_LISTED]:
            typer.echo(f"  {span.status}: {span.span_id} ({span.matches} places fit). {span.note}")
        if len(lost) > _LISTED:
            typer.echo(f"  and {len(lost) - _LISTED} more; --report FILE writes all of them.")
    if not found.complete:
        raise typer.Exit(1)


def _renderer(format: str) -> Callable[[Answer], str]:
    from qikg.queries.rendering import FORMATS
    from qikg.queries.suggest import did_you_mean

    if format not in FORMATS:
        raise UsageError(f"--format {format!r} is not known. {did_you_mean(format, FORMATS)}")
    return FORMATS[format]


def _give(text: str, out: Path | None) -> None:
    if out is None:
        typer.echo(text, nl=False)
    else:
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"{out} cannot be written: {error.strerror or error}.") from error
        _say(f"Written to {out}.")


def _parameters(given: Sequence[str]) -> dict[str, Value]:
    import json

    values: dict[str, Value] = {}
    for item in given:
        name, equals, text = item.partition("=")
        if not equals or not name:
            raise UsageError(f"--param {item!r} is not of the form name=value.")
        try:
            values[name] = json.loads(text)
        except json.JSONDecodeError:
            values[name] = text
    return values
