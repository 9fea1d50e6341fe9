"""Python in the same words as the command."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import qikg
from qikg.graph.store import Store


def test_the_graph_answers_in_python_as_in_the_shell(graph_store: Store) -> None:
    answer = qikg.Graph(graph_store).ask("challenge-to-factors", challenge="QUASER:LEAD")
    assert "MUSIQ:ORG1" in str(answer)
    assert answer[0]["mapping"] == "quaser-musiq-cfir/XW001"
    assert answer.to_dicts()[0]["reach"] == "possible"
    assert answer._repr_html_().startswith("<table>")


def test_a_parameter_that_is_a_word_of_python_takes_an_underscore(graph_store: Store) -> None:
    assert len(qikg.Graph(graph_store).ask("gaps", from_="MUSIQ", to="QUASER")) == 15


def test_an_answer_becomes_a_data_frame(graph_store: Store) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install qikg[pandas]")
    frame = qikg.Graph(graph_store).ask("case-matrix").to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert frame.shape == (64, 12)
    assert (frame.value == "undetermined").sum() == 8


def test_free_cypher_reads_and_does_not_write(graph_store: Store) -> None:
    graph = qikg.Graph(graph_store)
    assert graph.cypher("MATCH (c:Case) RETURN count(c) AS n")[0] == {"n": 8}
    with pytest.raises(qikg.WriteRefused):
        graph.cypher("CREATE (:Case {id: 'x'})")
    with pytest.raises(qikg.WriteRefused):
        graph.cypher("LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line")


@pytest.mark.embedded
def test_a_folder_opens_builds_and_closes(tmp_path: Path) -> None:
    with qikg.open(tmp_path / "store") as graph:
        with pytest.raises(qikg.NotLoaded):
            graph.ask("case-matrix")
        report = graph.build()
        assert report.ok
        assert len(graph.ask("case-matrix")) == 64
        assert repr(graph) == f"<qikg graph in {tmp_path / 'store'}>"


def test_importing_qikg_is_cheap() -> None:
    code = "import sys, qikg; print([m for m in ('neo4j', 'rdflib', 'pyoxigraph', 'arcadedb', 'pydantic') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_everything_public_is_there() -> None:
    assert qikg.__all__ == sorted(qikg.__all__)
    for name in qikg.__all__:
        assert getattr(qikg, name)
    with pytest.raises(AttributeError):
        _ = qikg.nothing


def test_the_examples_of_the_reference_run(graph_store: Store) -> None:
    for verb in (qikg.Graph.to_rdflib, qikg.Graph.sparql, qikg.Graph.to_networkx):
        (example,) = doctest.DocTestFinder().find(verb, verb.__name__, globs={"g": qikg.Graph(graph_store)})
        assert example.examples
        for one in example.examples:  # which are passed over where there is no graph
            one.options.clear()
        assert doctest.DocTestRunner().run(example).failed == 0
