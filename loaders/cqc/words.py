"""Gives the code of each word that the regulator's API prints: rating, key question, service, region and the like.

A word never seen is kept: its code is made of the word itself, as the loader of the care directory does, and the report
counts it and names the nearest word of the list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from qikg.loaders.cqc.fields import Fields
from qikg.loaders.frameworks import CodeRow
from qikg.loaders.packaged import ONTOLOGY
from qikg.loaders.report import LoadReport, nearest
from qikg.loaders.tables import read_table
from qikg.loaders.vocabularies import key_questions, ratings, regions, service_groups, unseen
from qikg.ontology.crosswalk import Concept

_SCORE = re.compile(r"([1-4])\s*[-–—]\s*\S.*", re.DOTALL)
"""Of a quality statement: "3 - Evidence shows a good standard of care"."""


class Word(NamedTuple):
    """A word of the data: the code it stands for, the local part of that, and its rank if it has one."""

    code: str
    local: str
    score: int | None = None


OVERALL, WHOLE = Word("CQC:OVERALL", "OVERALL"), Word("CQCSERVICE:OVERALL", "OVERALL")
USE_OF_RESOURCES = Word("CQC:USE_OF_RESOURCES", "USE_OF_RESOURCES")
_NOTHING = frozenset({"NO_PUBLISHED_RATING", "NOT_RATED"})


def rating(word: str, of: Fields, key: str) -> Word:
    """Give the value of a rating."""
    return _known(word, ratings()) or _unseen(word, ratings(), "rating", of, key)


def says_nothing(word: str | None) -> bool:
    """Say whether a rating's word is that there is none: no report gave it, so that it has no date but its own."""
    found = ratings().get((word or "").casefold())
    return found is not None and found.notation in _NOTHING


def score(word: str, of: Fields, key: str) -> Word:
    """Give the value of a quality statement: a score from 1 to 4, or a word as for other ratings."""
    found = _SCORE.fullmatch(word)
    if found is None:
        return rating(word, of, key)
    return Word(f"CQCRATING:SCORE_{found[1]}", f"SCORE_{found[1]}", int(found[1]))


def question(word: str, of: Fields, key: str) -> Word:
    """Give a key question by its name: in some blocks they stand in another order, or not all of them."""
    return _known(word, key_questions()) or _unseen(word, key_questions(), "key question", of, key)


def service(word: str, labels: Mapping[str, str], of: Fields, key: str) -> Word:
    """Give a service or population group by the id of its inspection area, or by the name of it.

    `labels` are the names that the record itself has for its inspection areas.
    """
    code = _areas().get(word.casefold())
    if code is not None:
        return Word(code, code.partition(":")[2])
    name = labels.get(word, word)
    return _known(name, service_groups()) or _unseen(name, service_groups(), "service", of, key)


def statement(number: str, of: Fields, key: str) -> Word:
    """Give a quality statement by its number."""
    known = _statements()
    return _known(number, known) or _unseen(number, known, "quality statement", of, key)


def region(word: str, of: Fields, key: str) -> str:
    """Give a region by the name that the care directory with ratings has for it."""
    found = regions().get(word.casefold())
    if found is None:
        hint = nearest(word, regions().values())
        of.note(key, "a region that is not in loaders/regions.tsv; kept as printed", word, hint)
    return found or word


def _known(word: str, list_: Mapping[str, Concept]) -> Word | None:
    found = list_.get(word.casefold())
    return None if found is None else Word(found.id, found.id.partition(":")[2], found.score)


def _unseen(word: str, known: Mapping[str, Concept], what: str, of: Fields, key: str) -> Word:
    rule = f"a {what} that is not in the list; kept as printed"
    of.note(key, rule, word, nearest(word, {concept.label for concept in known.values()}))
    found = unseen(word, known)
    return Word(found.id, str(found.notation))


@cache
def _areas() -> Mapping[str, str]:
    return {row.area_id.casefold(): row.code for row in _rows("cqc_service_groups.tsv") if row.area_id is not None}


@cache
def _statements() -> Mapping[str, Concept]:
    rows = [row for row in _rows("cqc_quality_statements.tsv") if row.parent_code is not None]
    return {
        number: Concept(id=row.code, label=row.label, notation=number, order=order)
        for order, row in enumerate(rows, start=1)
        for number in [row.code.partition(":")[2]]
    }


@cache
def _rows(name: str) -> tuple[CodeRow, ...]:
    return tuple(read_table(ONTOLOGY / "vocabularies" / name, CodeRow, LoadReport()))
