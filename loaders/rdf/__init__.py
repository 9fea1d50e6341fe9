"""Loads RDF that an export has written, in any of its formats: the same graph comes back.

All of a file is read and checked before a node is given: where something of the graph is not right, nothing is written.
Terms of other vocabularies are counted and passed over, with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qikg.graph.content import Content
from qikg.loaders.rdf.account import Account, OutOfOrder, shown
from qikg.loaders.rdf.file import NotRdf, is_rdf, quads
from qikg.loaders.rdf.indexes import first_known, pieces, whole
from qikg.loaders.rdf.spool import Spool, parts
from qikg.loaders.report import LoadReport

recognises = is_rdf


def read(path: Path, report: LoadReport, *, strict: bool = False) -> Iterator[Content]:
    """Give the content of a file in pieces, nodes first; nothing, and a report, where something is not right.

    It is read in the order in which it stands. Where that is not the order of an export, or anything in it is not
    right, it is read once more, through an index of all of it: what is told then is so whatever the order.
    """
    del strict  # all or nothing, always
    try:
        try:
            with Spool() as spool:
                _in_pieces(path, spool).tell(path.name, report)
                yield from spool.contents()
        except OutOfOrder:
            with Spool() as spool:
                _as_a_whole(path, spool).tell(path.name, report)
                if not report.errors:
                    yield from spool.contents()
    except NotRdf as error:
        report.add(error.problem)


def _in_pieces(path: Path, spool: Spool) -> Account:
    account = Account.new(first_known(path), spool, whole=False)
    for piece in pieces(path):
        account.take(piece)
    account.close()
    if not account.nodes:
        raise OutOfOrder
    return account


def _as_a_whole(path: Path, spool: Spool) -> Account:
    with whole(path) as index:
        account = Account.new(index, spool, whole=True)
        account.take(index)
        account.close()
    return account


__all__ = ["NotRdf", "parts", "quads", "read", "recognises", "shown"]
