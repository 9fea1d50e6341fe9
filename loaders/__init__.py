"""How data gets into the graph: one module a source format, and an account of every row that is not right."""

from __future__ import annotations

from qikg.loaders.loading import build, check, fetch_and_load, load
from qikg.loaders.report import LoadReport, Problem

__all__ = ["LoadReport", "Problem", "build", "check", "fetch_and_load", "load"]
