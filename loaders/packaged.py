"""The data that come with qikg: where they are, and the source each file is known as."""

from __future__ import annotations

import csv
import json
from importlib.resources import files
from pathlib import Path

from qikg.ontology.provenance import Source

ONTOLOGY = Path(str(files("qikg.ontology")))
EVIDENCE = Path(str(files("qikg.evidence")))


def packaged_sources(ontology: Path = ONTOLOGY) -> dict[str, Source]:
    """Give the source of each packaged file of the ontology, by its path."""
    with (ontology / "packaged.tsv").open(encoding="utf-8", newline="") as file:
        return {
            row["path"]: Source(
                id=row["source"], title=row["title"], publisher=row["publisher"], edition=row["edition"],
                licence=row["licence"], packaged=True,
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }  # fmt: skip


def packaged_studies(evidence: Path = EVIDENCE) -> list[Path]:
    """Give the folders of the packaged studies."""
    return sorted(path.parent for path in evidence.glob("*/study.json"))


def packaged_study_ids() -> set[str]:
    """Give the ids of the packaged studies."""
    return {json.loads((folder / "study.json").read_text("utf-8"))["id"] for folder in packaged_studies()}


def packaged_frameworks() -> set[str]:
    """Give the prefixes of the packaged frameworks and code lists."""
    with (ONTOLOGY / "frameworks.tsv").open(encoding="utf-8", newline="") as file:
        return {row["code"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
