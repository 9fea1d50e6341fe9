"""Finds the code that a word of the data stands for, by the packaged lists of words."""

from __future__ import annotations

from functools import cache

from qikg.loaders.frameworks import CodeRow
from qikg.loaders.packaged import ONTOLOGY
from qikg.loaders.report import LoadReport
from qikg.loaders.tables import read_table
from qikg.ontology.crosswalk import Concept


@cache
def ratings() -> dict[str, Concept]:
    """Rating values by every word seen for them, in folded case."""
    return _words("cqc_ratings.tsv")


@cache
def service_groups() -> dict[str, Concept]:
    """Service and population groups by every word seen for them, in folded case."""
    return _words("cqc_service_groups.tsv")


@cache
def key_questions() -> dict[str, Concept]:
    """Key questions by every word seen for them, in folded case."""
    return _words("cqc_key_questions.tsv")


def _words(name: str) -> dict[str, Concept]:
    report = LoadReport()
    table = read_table(ONTOLOGY / "vocabularies" / name, CodeRow, report)
    found: dict[str, Concept] = {}
    for order, row in enumerate((row for row in table if row.parent_code), start=1):
        local = row.code.partition(":")[2]
        concept = Concept(id=row.code, label=row.label, notation=local, order=order, score=row.score, words=row.words)
        for word in (row.label, local, *row.words):
            found[word.casefold()] = concept
    return found
