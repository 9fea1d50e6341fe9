"""The questions that can be asked: those that come with qikg, and those of a folder of the user's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from qikg.ontology.errors import UsageError
from qikg.queries.head import Question, read
from qikg.queries.suggest import did_you_mean

PACKAGED = Path(str(files("qikg.queries")))


class Catalogue(Mapping[str, Question]):
    """Questions by name, read from their files when they are looked up."""

    def __init__(self, *folders: Path) -> None:
        """Find the questions in the packaged folder and in others; a later folder's wins over an earlier one's."""
        self._paths = {path.stem: path for folder in (PACKAGED, *folders) for path in sorted(folder.rglob("*.cypher"))}
        self._read: dict[str, Question] = {}

    def __getitem__(self, name: str) -> Question:
        if name not in self._paths:
            raise UsageError(f"There is no question {name!r}. {did_you_mean(name, self._paths)}")
        if name not in self._read:
            self._read[name] = read(self._paths[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def path(self, name: str) -> Path:
        """Give the file of a question."""
        _ = self[name]
        return self._paths[name]


@cache
def packaged() -> Catalogue:
    """The questions that come with qikg."""
    return Catalogue()
