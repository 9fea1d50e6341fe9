"""Keeps what was read of a file until all of it is found to be right, on disk and not in memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

from qikg.graph.content import Content
from qikg.ontology.model import Field, Node, Relationship

CHUNK = 5_000
"""Nodes, or relationships, of a piece."""


class Spool:
    """Nodes and relationships, kept in temporary files. Use it in a `with` block."""

    def __init__(self) -> None:
        self._files: tuple[IO[bytes], IO[bytes]] = (TemporaryFile(), TemporaryFile())  # noqa: SIM115 (see __exit__)
        self._waiting: tuple[list[Node | Relationship], list[Node | Relationship]] = ([], [])
        self.editions: dict[str, str] = {}
        """Of the sources that were read, by id."""

    def add(self, node: Node, relationships: Iterable[Relationship]) -> None:
        """Keep a node, and the relationships that start from it."""
        if node.pointer.label == "Source":
            self.editions[node.id] = str(getattr(node, "edition", None) or "")
        self._waiting[0].append(node)
        self._waiting[1].extend(relationships)
        if len(self._waiting[0]) + len(self._waiting[1]) >= CHUNK:
            self._keep()

    def contents(self) -> Iterator[Content]:
        """Give the nodes, and then the relationships, in pieces of one edition and publisher each."""
        self._keep()
        for file in self._files:
            file.seek(0)
            pieces: dict[tuple[str, str], Content] = {}
            for thing in _kept(file):
                edition = max((self.editions.get(source, "") for source in thing.sources), default="")
                for publisher, part in parts(thing):
                    content = pieces.setdefault((edition, publisher), Content(edition, publisher=publisher))
                    content.add(part)
                    if len(content.nodes) + len(content.relationships) >= CHUNK:
                        yield pieces.pop((edition, publisher))
            yield from pieces.values()

    def _keep(self) -> None:
        for file, waiting in zip(self._files, self._waiting, strict=True):
            pickle.dump(waiting, file, pickle.HIGHEST_PROTOCOL)
            waiting.clear()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()


def _kept(file: IO[bytes]) -> Iterator[Node | Relationship]:
    while True:
        try:
            yield from pickle.load(file)
        except EOFError:
            return


def parts(thing: Node | Relationship) -> Iterator[tuple[str, Node | Relationship]]:
    """Split a thing into what each publisher says of it: a load writes its own publisher's properties only."""
    cls = type(thing)
    said = [one for one in cls.fields() if one.name in thing.model_fields_set and one.name not in {"id", "sources"}]
    publishers = dict.fromkeys(one.prop.publisher for one in said if _is_owned(one, cls))
    if len(publishers) < 2:
        yield next(iter(publishers), "curated"), thing
        return
    for publisher in publishers:
        left = {one.name for one in said if _is_owned(one, cls) and one.prop.publisher != publisher}
        values = {name: getattr(thing, name) for name in thing.model_fields_set - left}
        yield publisher, cls.made(**values)


def _is_owned(field: Field, cls: type[Node | Relationship]) -> bool:
    """Say whether a property is one that the newest edition of its publisher decides."""
    return field.prop.merge == "newest" and field.name not in getattr(cls, "identity", ())
