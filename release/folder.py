"""The folder of a release: what may be replaced, and a replacement that takes its place whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory

from qikg.ontology.errors import QikgError, UsageError
from qikg.release.files import RECEIPT_JSON, SUMS
from qikg.release.receipt import FORMAT


def checked(path: Path) -> Path:
    """Give the absolute path of a folder that may be written.

    Raises UsageError where its parent is missing, or where it holds anything but a release.
    """
    path = path.expanduser().resolve()
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.")
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file. Name a folder.")
    if path.is_dir() and any(path.iterdir()):
        if not is_release(path):
            raise UsageError(f"The folder {path} is not empty and is no release. Name another one.")
        listed = {line.partition("  ")[2] for line in (path / SUMS).read_text("utf-8").splitlines()}
        others = sorted(name for name in _files(path) if name not in listed and name != SUMS)
        if others:
            raise UsageError(f"The release in {path} holds files that are not its own, such as {others[0]}. Move them.")
    return path


def is_release(path: Path) -> bool:
    """Say whether a folder holds a release."""
    try:
        told = json.loads((path / RECEIPT_JSON).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("format") == FORMAT and (path / SUMS).is_file()


def write_sums(folder: Path) -> None:
    """Write the SHA-256 of every file of a folder, as `sha256sum --check` reads it."""
    lines = []
    for name in _files(folder):
        with (folder / name).open("rb") as file:
            lines.append(f"{file_digest(file, 'sha256').hexdigest()}  {name}\n")
    (folder / SUMS).write_bytes("".join(lines).encode())


@contextmanager
def replacing(path: Path) -> Iterator[tuple[Path, Path]]:
    """Give an empty folder beside `path`, and another for what is needed meanwhile; the first then takes its place.

    Nothing of the old folder is touched before all is written. It is moved aside and back again should the second
    renaming fail; only an end of the machine between the two leaves it under the name `.<name>.….old`.
    Raises QikgError where the disk is full or the folder cannot be written.
    """
    try:
        with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as beside:
            fresh, scratch, old = Path(beside, path.name), Path(beside, "scratch"), Path(f"{beside}.old")
            fresh.mkdir()  # readable for others, as the temporary folder is not
            scratch.mkdir()
            yield fresh, scratch
            if path.exists():
                path.rename(old)
            try:
                fresh.rename(path)
            except BaseException:
                with suppress(FileNotFoundError):
                    old.rename(path)
                raise
            if old.exists():
                old.rename(Path(beside, "old"))
    except OSError as error:
        raise QikgError(f"{path} cannot be written: {error.strerror or error}. What was there is as it was.") from error


def _files(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir())
