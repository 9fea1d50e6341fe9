"""Makes a release of a graph: every file of it, the same bytes from the same sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qikg.graph.store import Store
from qikg.ontology.errors import StoreError, UsageError
from qikg.release import files
from qikg.release.changes import NO_PREVIOUS, as_json, first_in_words, in_words, summary
from qikg.release.curated import curated
from qikg.release.difference import Difference, difference
from qikg.release.folder import checked, is_release, replacing, write_sums
from qikg.release.receipt import newest_edition, receipt_json, receipt_turtle
from qikg.release.snapshot import read

if TYPE_CHECKING:
    from qikg.release.dump import Dump


@dataclass(frozen=True, slots=True)
class Released:
    """What a release holds; `change` is None where no previous release was given."""

    folder: Path
    version: str
    sha256: str
    triples: int
    pages: int
    change: Difference | None
    left_out: dict[str, int]

    @property
    def changes(self) -> str:
        """What changed since the release before, in one line."""
        if self.change is None:
            return f"Changes: {NO_PREVIOUS}."
        return " ".join(summary(self.change))


def release(store: Store, folder: Path, *, since: Path | None = None) -> Released:
    """Write a release of the graph into a folder; `since` is the folder of the one before.

    Raises UsageError where the folder holds anything but a release, or `since` holds none, QikgError where the folder
    cannot be written, and StoreError where the graph was changed meanwhile. Then the old folder is as it was.
    """
    from qikg.release.dump import dump

    folder = checked(folder)
    if since is not None and not is_release(since):
        raise UsageError(f"{since} is no release. Name the folder of one, or leave out --since.")
    with replacing(folder) as (fresh, scratch):
        dumped = dump(store, fresh, scratch)
        pages, change = _fill(store, fresh, dumped, since)
    return Released(folder, dumped.version, dumped.sha256, dumped.whole.triples, pages, change, dict(dumped.left_out))


def _fill(store: Store, folder: Path, dumped: Dump, since: Path | None) -> tuple[int, Difference | None]:
    """Write everything but the graph itself, which is there."""
    from qikg.graph.walk import census
    from qikg.release.citation import citation
    from qikg.release.description import description
    from qikg.release.readme import readme
    from qikg.release.site.indexes import DATASET, ONTOLOGY_FILE
    from qikg.release.site.redirects import redirects
    from qikg.release.site.writing import pages_of, write_site

    part = curated(store, dumped.nodes)
    labels, types = census(store)
    if any(labels[label] != count for label, count in dumped.nodes.items()) or any(
        types[kind] != count for kind, count in dumped.relationships.items()
    ):
        raise StoreError("The graph was changed while the release was made. Make it again.")
    pages = pages_of(part)
    newest = newest_edition(part)
    _write_ontology(folder)
    _write(folder / files.RECEIPT, receipt_turtle(dumped, pages))
    _write(folder / files.RECEIPT_JSON, receipt_json(dumped, part))
    change = _write_changes(folder, dumped.version, since)
    _write(folder / files.DESCRIPTION, description(dumped, pages, newest, folder))
    _write(folder / files.CITATION, citation(dumped, part, newest))
    count = write_site(pages, dumped.sha256, folder / files.SITE)
    _write(folder / files.SITE / DATASET, (folder / files.DESCRIPTION).read_bytes())
    _write(folder / files.SITE / ONTOLOGY_FILE, (folder / files.ONTOLOGY).read_bytes())
    _write(folder / files.REDIRECTS, redirects(pages.addresses, pages.places, dumped.version))
    _write(folder / files.README, readme(dumped, count, newest))
    write_sums(folder)
    return count, change


def _write_ontology(folder: Path) -> None:
    from qikg.ontology.context import context
    from qikg.ontology.owl import owl
    from qikg.ontology.shacl import shacl

    _write(folder / files.ONTOLOGY, owl().serialize(format="turtle"))
    _write(folder / files.SHAPES, shacl().serialize(format="turtle"))
    _write(folder / files.CONTEXT, context())


def _write_changes(folder: Path, version: str, since: Path | None) -> Difference | None:
    if since is None:
        change, old, words = None, None, first_in_words(version)
    else:
        change, old = difference(read(since), read(folder)), version_of(since)
        words = in_words(change, f"release {old}", f"release {version}")
    _write(folder / files.CHANGES, words)
    _write(folder / files.CHANGES_JSON, as_json(change, old, version))
    return change


def version_of(folder: Path) -> str:
    """Give the name of the release in a folder."""
    import json

    return str(json.loads((folder / files.RECEIPT_JSON).read_text("utf-8"))["release"])


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
