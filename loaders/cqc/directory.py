"""Loads CQC's care directories without ratings of key questions: active locations, deactivated ones, the plain list.

A row is a location with its provider. Where it has a rating, that is the overall one, an observation like any other.
"""

from __future__ import annotations

from qikg.graph.content import Content
from qikg.loaders.cqc import books
from qikg.loaders.cqc.notes import Notes
from qikg.loaders.cqc.rated import Ratings, counted
from qikg.loaders.cqc.reading import Book
from qikg.loaders.cqc.registered import Places, SheetRow
from qikg.loaders.vocabularies import key_questions, service_groups
from qikg.ontology.registers import DualRegisteredWith, Location


class _Making:
    """Makes places, and the overall rating of each."""

    def __init__(self, edition: str, sources: tuple[str, ...], notes: Notes) -> None:
        self._sources = sources
        self._notes = notes
        self._places = Places(edition, sources, notes, once=False)
        self._ratings = Ratings(edition, sources)
        self._overall = service_groups()["overall"], key_questions()["overall"]
        self._pairs = 0

    def add(self, row: SheetRow, content: Content) -> None:
        self._places.add(row, content)
        location = Location.ref(row.text("location_id"))
        if row.sheet.header.layout.name == "dual-registrations":
            self._pair(row, content)
        elif also := row.text("also_known_as"):
            self._places.name(location, also, content)
        value = row.word("rating")
        if value is not None:
            self._ratings.add(row, location, *self._overall, value, content)

    def account(self) -> list[str]:
        made = [
            counted(self._places.count("Location"), "location"),
            counted(self._places.count("Organisation"), "organisation"),
            counted(self._ratings.count, "overall rating"),
            counted(self._pairs, "dual registration"),
        ]
        twice = self._ratings.twice()
        return [f"{', '.join(made)}.", *([twice] if twice else [])]

    def _pair(self, row: SheetRow, content: Content) -> None:
        one, other = row.text("location_id"), row.id("linked_organisation_id")
        if other is None or other == one:
            self._notes.add(row.sheet.file, "linked_organisation_id", "no other registration", row=row.row)
            return
        self._pairs += 1
        linked = Location(id=other, sources=self._sources)
        content.add(
            linked,
            DualRegisteredWith(
                start=Location.ref(one), end=linked.pointer, relation=row.text("relationship") or None,
                since=row.day("relationship_start_date"), primary=row.text("primary_id") or None, sources=self._sources,
            ),
        )  # fmt: skip
        if name := row.text("linked_organisation_name"):
            self._places.name(linked.pointer, name, content)


BOOK = Book("directory", "CQC care directory", "cqc-directory", books.DIRECTORIES, _Making)
