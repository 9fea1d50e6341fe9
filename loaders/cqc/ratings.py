"""Loads CQC's care directory with ratings: each row is an observation of a rating, and none overwrites another."""

from __future__ import annotations

from qikg.graph.content import Content
from qikg.loaders.cqc import books
from qikg.loaders.cqc.notes import Notes
from qikg.loaders.cqc.rated import Ratings, counted
from qikg.loaders.cqc.reading import Book
from qikg.loaders.cqc.registered import Places, SheetRow
from qikg.ontology.registers import Location, Organisation


class _Making:
    """Makes places, inspections and ratings."""

    def __init__(self, edition: str, sources: tuple[str, ...], notes: Notes) -> None:
        self._places = Places(edition, sources, notes, once=True)
        self._ratings = Ratings(edition, sources)

    def add(self, row: SheetRow, content: Content) -> None:
        self._places.add(row, content)
        place = (Organisation if row.sheet.own == "provider_id" else Location).ref(row.text(row.sheet.own))
        service, question, value = (row.word(name) for name in ("service_group", "key_question", "rating"))
        assert service is not None
        assert question is not None
        assert value is not None
        self._ratings.add(row, place, service, question, value, content)

    def account(self) -> list[str]:
        made = [
            counted(self._places.count("Location"), "location"),
            counted(self._places.count("Organisation"), "organisation"),
            counted(self._ratings.inspections, "inspection"),
            counted(self._ratings.count, "rating"),
        ]
        twice = self._ratings.twice()
        return [f"{', '.join(made)}.", *([twice] if twice else [])]


BOOK = Book("latest-ratings", "CQC care directory with ratings", "cqc-ratings", books.RATINGS, _Making)
