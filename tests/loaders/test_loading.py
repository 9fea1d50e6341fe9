"""Building and loading on both engines: all or nothing, in any order, any number of times, and what the user has stays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from dump import dump
from engines import Engine
from packaged_data import STUDY, Sheet, copy_of, edit_json

from qikg.graph import EmbeddedStore
from qikg.graph.content import Content
from qikg.graph.rebuild import rebuild
from qikg.graph.store import Store, Transaction
from qikg.graph.writer import write
from qikg.loaders import build, check, load, loading
from qikg.loaders.packaged import EVIDENCE, ONTOLOGY
from qikg.ontology.errors import CheckFailed, QikgError, StoreVersionError
from qikg.ontology.model import Node
from qikg.ontology.provenance import Source
from qikg.ontology.registers import Organisation
from qikg.queries import ask, packaged

INVENTED = Path(__file__).parents[1] / "studies" / "invented-2026"

FRAMEWORK = (
    "scheme\tcode\tparent_code\tlabel\tgloss\tsource_doi\n"
    "MINE\tMINE\t\tMy framework\t\t\nMINE\tMINE:A\tMINE\tFirst\t\t\nMINE\tMINE:B\tMINE\tSecond\t\t\n"
)
MAPPINGS = (
    "#mapping_set_id: https://example.org/sets/mine\n"
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    "QUASER:LEAD\tskos:closeMatch\tMINE:A\tsemapv:ManualMappingCuration\n"
)


class Shared:
    """A store that the tests of an engine share; building it costs more than most of them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.holds_packaged = False

    def packaged_alone(self) -> Store:
        """The store with the packaged graph and nothing else."""
        forget_loads(self.store)
        if self.holds_packaged:
            delete(
                self.store, "WHERE any(s IN n.sources WHERE s STARTS WITH 'user/' OR s STARTS WITH 'invented-2026/')"
            )
        else:
            delete(self.store)
            build(self.store)
            self.holds_packaged = True
        return self.store


def delete(store: Store, where: str = "") -> None:
    """Delete nodes, with their relationships."""

    def work(transaction: Transaction) -> None:
        transaction.run(f"MATCH (n) {where} DETACH DELETE n")

    store.write(work)


def forget_loads(store: Store) -> None:
    """Delete the list of what was loaded."""
    if isinstance(store, EmbeddedStore):
        (store.kept / "loads.json").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def shared(engine: Engine) -> Iterator[Shared]:
    """The store on each engine in turn."""
    for store in engine.empty():
        yield Shared(store)


@pytest.fixture
def built(shared: Shared) -> Store:
    """A store that holds the packaged graph and nothing else."""
    return shared.packaged_alone()


@pytest.fixture
def mine(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A framework, a mapping set and a study of a user."""
    framework, mappings = tmp_path / "mine.tsv", tmp_path / "mine.sssom.tsv"
    framework.write_text(FRAMEWORK, "utf-8")
    mappings.write_text(MAPPINGS, "utf-8")
    return framework, mappings, copy_of(INVENTED, tmp_path / "study")


def code(store: Store, identifier: str) -> list[str]:
    """The label of a concept, if it is there."""
    return [
        str(row["label"])
        for row in store.read("MATCH (c:Concept {id: $id}) RETURN c.label AS label", {"id": identifier})
    ]


# --- building


def test_building_again_changes_nothing(built: Store) -> None:
    before = dump(built)
    report = build(built)
    assert report.ok
    assert report.missing_ends == []
    assert dump(built) == before
    assert built.read("MATCH ()-[r:ADDRESSES]->() RETURN count(r) AS n").values == ((52,),)


@pytest.fixture
def edited(shared: Shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[Path, Path]]:
    """Make `build` read a copy of the packaged data; gives the copies of `ontology/` and of the study."""

    def use() -> tuple[Path, Path]:
        shared.holds_packaged = False
        ontology = copy_of(ONTOLOGY, tmp_path / "ontology")
        study = copy_of(EVIDENCE, tmp_path / "evidence") / STUDY.name
        changed = partial(loading.packaged, ontology=ontology, evidence=study.parent)
        monkeypatch.setattr(loading, "packaged", changed)
        return ontology, study

    return use


def without(path: Path, *keys: str) -> None:
    """Delete the rows of a file that have one of the values in any cell."""
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not set(keys) & set(line.rstrip("\n").split("\t"))), "utf-8")


def withdraw(ontology: Path, concept: str) -> None:
    """Take a concept out of the packaged data, with all that point at it."""
    for path in [*ontology.glob("frameworks/*.tsv"), *ontology.glob("mappings/*.tsv")]:
        without(path, concept)


def test_what_is_no_longer_stated_disappears_as_if_it_had_never_been_there(
    built: Store, edited: Callable[[], tuple[Path, Path]]
) -> None:
    ontology, study = edited()
    withdraw(ontology, "CFIR2:I.A")
    items, cells = Sheet.read(study / "coded_items.tsv"), Sheet.read(study / "table4_cells.tsv")
    items.with_cell(0, "kind", "author_mention").with_cell(1, "summary", "Said in other words.").write(
        study / "coded_items.tsv"
    )
    row = cells.column("cell_id").index("T4-1-POL")
    cells.with_cell(row, "value", "absent").write(study / "table4_cells.tsv")
    without(study / "organisations_history.tsv", "EV-RXR-20130716-special_measures_placed", "EV-RAJ-20231027-rating")
    without(study / "sources.tsv", "SRC104")
    build(built)
    after = dump(built)
    assert code(built, "CFIR2:I.A") == []
    delete(built)
    build(built)
    assert dump(built) == after


def test_withdrawn_concept_that_the_users_data_point_at_stops_the_build_and_is_named(
    built: Store, edited: Callable[[], tuple[Path, Path]]
) -> None:
    load(built, [INVENTED])
    before = dump(built)
    ontology, _ = edited()
    withdraw(ontology, "CFIR2:I.A")
    with pytest.raises(QikgError, match=r"CFIR2:I\.A") as stopped:
        build(built)
    assert "the graph is as it was" in str(stopped.value)
    assert dump(built) == before


def test_build_keeps_what_the_user_loaded(built: Store, mine: tuple[Path, Path, Path]) -> None:
    load(built, mine)
    before = dump(built)
    build(built)
    assert dump(built) == before


def test_packaged_data_that_are_not_right_leave_the_graph_as_it_was(
    built: Store, edited: Callable[[], tuple[Path, Path]]
) -> None:
    before = dump(built)
    _, study = edited()
    Sheet.read(study / "coded_items.tsv").with_cell(0, "challenge", "QUASER:LED").write(study / "coded_items.tsv")
    with pytest.raises(CheckFailed, match="Did you mean QUASER:LEAD"):
        build(built)
    assert dump(built) == before


def test_graph_of_another_version_of_the_ontology_is_refused_and_can_be_built_anew(built: Store) -> None:
    def older(transaction: Transaction) -> None:
        transaction.run("MATCH (o:Ontology) SET o.version = '0'")

    built.write(older)
    with pytest.raises(StoreVersionError, match="`qikg build`"):
        load(built, [INVENTED])
    build(built)
    assert load(built, [INVENTED]).ok


# --- loading


def test_files_in_any_order_any_number_of_times_give_one_graph(built: Store, mine: tuple[Path, Path, Path]) -> None:
    framework, mappings, study = mine
    load(built, [framework, mappings, study])
    first = dump(built)
    load(built, [study, mappings])
    assert dump(built) == first
    forget_loads(built)
    delete(built)
    for paths in ([study], [mappings, framework], [study]):  # the first one builds
        load(built, paths)
    assert dump(built) == first


def test_a_study_of_ones_own_is_found_as_evidence_beside_the_packaged_one(built: Store) -> None:
    def studies() -> dict[str, int]:
        answer = ask(built, packaged()["evidence-for-concept"], {"concept": "CFIR2:III.D.4"})
        found = [str(row["item"]).partition("/")[0] for row in answer if row["item"] is not None]
        return {study: found.count(study) for study in found}

    before = studies()
    assert load(built, [INVENTED]).ok
    assert studies() == {**before, "invented-2026": 2}
    answer = ask(built, packaged()["evidence-for-concept"], {"concept": "CFIR2:III.D.4", "study": "invented-2026"})
    assert [(row["counted_as"], row["reach"], row["mapping"]) for row in answer] == [
        ("excerpt", "same", None),
        ("mention", "same", None),
    ]
    [invented] = built.read("MATCH (s:Study {id: 'invented-2026'}) RETURN s.invented AS invented, s.title AS title")
    assert invented["invented"] is True
    assert "INVENTED" in str(invented["title"])


def test_one_wrong_file_keeps_all_out(built: Store, mine: tuple[Path, Path, Path]) -> None:
    framework, mappings, study = mine
    Sheet.read(study / "coded_items.tsv").with_cell(0, "challenge", "MINE:C").write(study / "coded_items.tsv")
    before = dump(built)
    with pytest.raises(CheckFailed, match="Nothing was loaded: 1 error") as refused:
        load(built, [framework, mappings, study])
    assert "row 2, column challenge: unknown concept: 'MINE:C'. Did you mean MINE:" in str(refused.value)
    assert dump(built) == before
    build(built)  # nor is it loaded by the next build
    assert dump(built) == before


def test_check_writes_nothing_and_reports_what_load_reports(built: Store, mine: tuple[Path, Path, Path]) -> None:
    before = dump(built)
    checked = check(mine, built)
    assert dump(built) == before
    loaded = load(built, mine)
    assert checked.as_dict() == loaded.as_dict()


def test_changed_file_needs_a_later_edition_and_then_gives_the_values(
    built: Store, mine: tuple[Path, Path, Path]
) -> None:
    framework, _, study = mine
    load(built, [framework, study])
    framework.write_text(FRAMEWORK.replace("First", "The first"), "utf-8")
    with pytest.raises(CheckFailed, match="is in the graph already, with other content"):
        load(built, [framework])
    assert check([framework], built).errors
    assert code(built, "MINE:A") == ["First"]
    lines = framework.read_text("utf-8").splitlines()
    dated = [f"{line}\t{'edition' if number == 0 else '2026-05-01'}" for number, line in enumerate(lines)]
    framework.write_text("\n".join(dated) + "\n", "utf-8")
    load(built, [framework])
    assert code(built, "MINE:A") == ["The first"]
    Sheet.read(study / "coded_items.tsv").with_cell(0, "summary", "Invented: corrected.").write(
        study / "coded_items.tsv"
    )
    with pytest.raises(CheckFailed, match="edition 2026-01-01 is in the graph already"):
        load(built, [study])
    edit_json(study / "study.json", edition="2026-02-01")
    load(built, [study])
    found = built.read("MATCH (c:CodedItem {id: 'invented-2026/I1'}) RETURN c.summary AS summary")
    assert found.values == (("Invented: corrected.",),)


# --- the embedded engine alone: it loads the user's files again


@pytest.fixture
def alone(embedded_store: Store) -> EmbeddedStore:
    assert isinstance(embedded_store, EmbeddedStore)
    forget_loads(embedded_store)
    return embedded_store


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_loaded_file_that_is_changed_or_missing_stops_the_build(alone: EmbeddedStore, tmp_path: Path, how: str) -> None:
    framework = tmp_path / "mine.tsv"
    framework.write_text(FRAMEWORK, "utf-8")
    load(alone, [framework])
    before = dump(alone)
    if how == "changed":
        framework.write_text(FRAMEWORK.replace("Second", "Other"), "utf-8")
    else:
        framework.rename(tmp_path / "elsewhere.tsv")
    with pytest.raises(CheckFailed, match=r"mine\.tsv") as stopped:
        build(alone)
    assert "The graph is as it was." in str(stopped.value)
    assert dump(alone) == before


def test_list_of_loads_has_each_file_once_with_its_hash(alone: EmbeddedStore, tmp_path: Path) -> None:
    framework = tmp_path / "mine.tsv"
    framework.write_text(FRAMEWORK, "utf-8")
    for _ in range(2):
        load(alone, [framework, INVENTED])
    listed = json.loads((alone.kept / "loads.json").read_text("utf-8"))
    assert [Path(entry["path"]).name for entry in listed] == ["mine.tsv", "invented-2026"]
    assert all(len(entry["sha256"]) == 64 for entry in listed)


# --- a server alone: it marks and sweeps, and cannot load the user's files again


def test_withdrawn_values_of_what_the_user_states_too_go_and_are_named_to_be_loaded_again(neo4j_store: Store) -> None:
    def org(label: str, *sources: str) -> Organisation:
        return Organisation(id="RXR", label=label, note="kept", labels=("Trust",), sources=sources)

    def content(as_of: str, *things: Node) -> Content:
        made = Content(as_of)
        made.add(*things)
        return made

    ours = Source(id="qikg/x/1", packaged=True, sources=("qikg/x/1",))
    theirs = content("2025", org("theirs", "user/mine/2025"))
    rebuild(neo4j_store, content("2026", ours, org("ours", "qikg/x/1")), lambda fresh: None)
    write(neo4j_store, theirs)
    done = rebuild(neo4j_store, content("2026", ours), lambda fresh: None)
    found = neo4j_store.read("MATCH (o:Organisation) RETURN o.label AS label, o.note AS note, o.sources AS sources")
    assert list(found) == [{"label": None, "note": None, "sources": ["user/mine/2025"]}]
    [note] = done.notes
    assert "Load again what states them too: user/mine/2025." in note
    write(neo4j_store, theirs)
    assert neo4j_store.read("MATCH (o:Organisation) RETURN o.label AS label").values == (("theirs",),)
