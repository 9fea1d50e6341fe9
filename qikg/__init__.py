"""qikg: a knowledge graph of improvement evidence.

>>> import qikg                                                              # doctest: +SKIP
>>> g = qikg.open()                                                          # doctest: +SKIP
>>> print(g.ask("challenge-to-factors", challenge="QUASER:LEAD"))            # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qikg.api import Graph, diff, load, open
    from qikg.loaders.report import LoadReport, Problem
    from qikg.ontology.errors import (
        CheckFailed,
        NotLoaded,
        QikgError,
        QueryError,
        QueryStopped,
        StoreBusy,
        StoreError,
        StoreUnavailable,
        StoreVersionError,
        UsageError,
        WriteRefused,
    )
    from qikg.queries import Answer

__version__ = "0.1.0"

_HOMES = {
    "Answer": "qikg.queries",
    "CheckFailed": "qikg.ontology.errors",
    "Graph": "qikg.api",
    "LoadReport": "qikg.loaders.report",
    "NotLoaded": "qikg.ontology.errors",
    "Problem": "qikg.loaders.report",
    "QikgError": "qikg.ontology.errors",
    "QueryError": "qikg.ontology.errors",
    "QueryStopped": "qikg.ontology.errors",
    "StoreBusy": "qikg.ontology.errors",
    "StoreError": "qikg.ontology.errors",
    "StoreUnavailable": "qikg.ontology.errors",
    "StoreVersionError": "qikg.ontology.errors",
    "UsageError": "qikg.ontology.errors",
    "WriteRefused": "qikg.ontology.errors",
    "diff": "qikg.api",
    "load": "qikg.api",
    "open": "qikg.api",
}

__all__ = [
    "Answer",
    "CheckFailed",
    "Graph",
    "LoadReport",
    "NotLoaded",
    "Problem",
    "QikgError",
    "QueryError",
    "QueryStopped",
    "StoreBusy",
    "StoreError",
    "StoreUnavailable",
    "StoreVersionError",
    "UsageError",
    "WriteRefused",
    "diff",
    "load",
    "open",
]


def __getattr__(name: str) -> object:
    # Imported when first used: `qikg --help` must not wait for the driver or for pydantic.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'qikg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
