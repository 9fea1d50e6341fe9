"""SPARQL asks the graph and nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from qikg.graph.rdf.export import to_rdflib
from qikg.graph.rdf.sparql import Solutions, refuse_others, sparql
from qikg.graph.store import Store
from qikg.ontology.errors import UsageError
from qikg.ontology.terms import PREFIXES

WHAT = """
SELECT ?code ?certainty ?beds WHERE {
  ?c skos:inScheme <https://w3id.org/qikg/framework/QUASER> ; dcterms:identifier ?code ; qikg:certainty ?certainty .
  OPTIONAL { ?c qikg:beds ?beds }
} ORDER BY ?code
"""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server on the loopback address that notes what it is asked."""
    asked: list[bytes] = []
    with closing(socket.socket()) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(1000))

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", asked


def test_rows_are_those_that_rdflib_finds(graph_store: Store) -> None:
    found = sparql(graph_store, WHAT)
    assert isinstance(found, Solutions)
    assert found.columns == ("code", "certainty", "beds")
    wanted = to_rdflib(graph_store).query(WHAT).bindings
    assert list(found.rows) == [
        {name: getattr(row.get(rdflib.Variable(name)), "value", None) for name in found.columns} for row in wanted
    ]
    assert len(found.rows) == 8


def test_a_question_and_a_graph(graph_store: Store) -> None:
    assert sparql(graph_store, "ASK { ?a skos:broader ?b }") == Solutions(("answer",), ({"answer": True},))
    made = sparql(graph_store, "CONSTRUCT { ?a skos:narrower ?b } WHERE { ?b skos:broader ?a }")
    assert isinstance(made, rdflib.Graph)
    assert set(made.predicates()) == {rdflib.SKOS.narrower}


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ service silent <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?s ?p 'a' . # no comment here\n SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?s ?p '''it's\" # ''' . SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?s ?p \"\\\"\" . SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERV\\u0049CE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ ?s ?p ?o FILTER(1 < 2) SERVICE <{}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ {{ SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }} }} }}",
        "SELECT * FROM <{}> {{ ?s ?p ?o }}",
        "SELECT * from named <{}> {{ ?s ?p ?o }}",
    ],
)
def test_nothing_elsewhere_is_asked(
    embedded_store: Store, listener: tuple[str, list[bytes]], query: str
) -> None:
    address, asked = listener
    with pytest.raises(UsageError, match=r"(SERVICE|FROM) in line \d: a query asks this graph alone"):
        sparql(embedded_store, query.format(address))
    assert asked == []


@pytest.mark.parametrize("query", ["SELEC", "", "INSERT DATA { <a:a> <b:b> <c:c> }", "LOAD <http://127.0.0.1/>", "SELECT * { ?a none:b ?c }"])
def test_what_is_no_query_is_refused(embedded_store: Store, query: str) -> None:
    with pytest.raises(UsageError, match="This is not SPARQL"):
        sparql(embedded_store, query)


@given(st.sampled_from(["'{}'", '"{}"', "'''{}'''", '"""{}"""', "?{}", "#{}\n", "<http://x/{}>", "ex:{}", "_:{}", "x{}"]), st.sampled_from(["SERVICE", "from"]))
def test_the_word_alone_is_no_offence(frame: str, word: str) -> None:
    query = f"SELECT * {{ ?a ?b {frame.format(word)} }}"
    refuse_others(query)
    with pytest.raises(UsageError, match=word.upper()):  # it is the frame that makes it none
        refuse_others(f"{query} {word} <http://x/>")


def test_the_prefixes_of_an_export_are_known(embedded_store: Store) -> None:
    for prefix in PREFIXES:
        assert sparql(embedded_store, f"ASK {{ ?a {prefix}:b ?c }}") == Solutions(("answer",), ({"answer": False},))
