"""CITATION.cff (Citation File Format 1.2.0): how to cite a release, and the studies whose findings it holds."""

from __future__ import annotations

from importlib.metadata import metadata

import yaml

from qikg.ontology.terms import BASE
from qikg.release.curated import Curated, Thing, texts
from qikg.release.dump import Dump
from qikg.release.files import release_address

LICENCES = ["CC-BY-4.0", "OGL-UK-3.0"]
"""Of the data, as SPDX has them: the curated part, and facts from the public registers (LICENSE-DATA.md)."""


def citation(dump: Dump, curated: Curated, newest: str | None) -> str:
    """Give the file; `newest` is the day of the newest edition in the graph."""
    package = metadata("qikg")
    told: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "Please cite this data set, and the studies whose findings you use.",
        "type": "dataset",
        "title": "qikg: a knowledge graph of improvement evidence",
        "authors": [{"name": package["Author"]}],
        "version": dump.version,
        "license": LICENCES,
        "identifiers": [
            {"type": "other", "value": f"sha256:{dump.sha256}", "description": "Of the canonical form (RDFC-1.0)"},
            {"type": "other", "value": release_address(dump.version),
             "description": f"Address of the release; the base {BASE} is not registered yet"},
        ],
    }  # fmt: skip
    if newest is not None:
        told["date-released"] = newest
    studies = [_study(study) for study in curated.of_class("Study") if not study.properties.get("invented")]
    if studies:
        told["references"] = studies
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=120)


def _study(study: Thing) -> dict[str, object]:
    known = study.properties
    authors = [{"name": name} for name in texts(known.get("authors"))] or [{"name": "unknown"}]
    told = {
        "type": "article",
        "title": str(known["title"]),
        "authors": authors,
        "journal": known.get("journal"),
        "year": known.get("year"),
        "volume": known.get("volume"),
        "issue": known.get("issue"),
        "doi": known.get("doi"),
    }
    return {name: value for name, value in told.items() if value is not None}
