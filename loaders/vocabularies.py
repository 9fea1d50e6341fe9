"""Finds the code that a word of the data stands for, by the packaged lists of words."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

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


@cache
def regions() -> dict[str, str]:
    """Regions, as the care directory with ratings names them, by every name seen, in folded case."""
    with Path(__file__).with_name("regions.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["printed"].casefold(): row["region"] for row in rows}


def unseen(word: str, known: Mapping[str, Concept]) -> Concept:
    """Make a code of a word that is not in a list, and never one that the list has, or that no word has.

    >>> [unseen(word, ratings()).notation for word in ("Quite good", "", "Good*")]
    ['QUITE_GOOD', 'EMPTY', 'GOOD_B4BFAC']
    """
    taken = {concept.notation for concept in known.values()}
    prefix = next(iter(known.values())).id.partition(":")[0]
    local = re.sub(r"[^A-Z0-9]+", "_", word.upper()).strip("_") if word else "EMPTY"
    if word and (not local or local in taken or local == "EMPTY"):
        local = f"{local or 'WORD'}_{hashlib.sha256(word.encode()).hexdigest()[:6].upper()}"
    return Concept(id=f"{prefix}:{local}", label=word or "(empty)", notation=local, order=1)


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
