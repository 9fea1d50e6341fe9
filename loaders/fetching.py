"""Fetches what the services of the registers have into a folder, which is then loaded like any other.

A run that was broken off goes on where it stopped when the same is run again. Nothing is fetched without being asked
for.
"""

from __future__ import annotations

import os
from pathlib import Path

from qikg.loaders.cqc import fetching as cqc
from qikg.loaders.cqc.asking import BASE
from qikg.loaders.files import Kind
from qikg.loaders.ods import fetching as ods
from qikg.loaders.report import LoadReport, Problem
from qikg.ontology.errors import UsageError

FETCHED = (Kind.CQC_API, Kind.ODS)
"""Kinds that a service has."""
ADDRESSES = {Kind.CQC_API: ("QIKG_CQC_URL", BASE), Kind.ODS: ("QIKG_ODS_URL", ods.BASE_URL)}
"""The environment variable that names another address of a service, such as a mirror, and the usual one."""

_AGAIN = "Run the same again: it asks for these alone."


def fetch(
    kind: Kind, folder: Path, report: LoadReport, *, since: str | None = None, local_authority: str | None = None
) -> None:
    """Fetch the records of a service into a folder, and report those that could not be had.

    All of them, or of the regulator what changed since a moment, or those of one local authority.

    Raises UsageError for a kind that no service has, or a key that is missing or refused; QikgError where the service
    stops answering.
    """
    if kind not in FETCHED:
        known = " and ".join(one.value for one in FETCHED)
        raise UsageError(f"{kind.value} cannot be fetched; {known} can. Download the file and load it.")
    variable, usual = ADDRESSES[kind]
    address = os.environ.get(variable) or usual
    if kind is Kind.ODS:
        if since or local_authority:
            raise UsageError("Of the ODS all NHS trusts are fetched; --since and --local-authority are for cqc-api.")
        _tell_ods(ods.fetch(None, folder, base_url=address), folder, report)
    else:
        found = cqc.fetch(
            folder, key=cqc.key_from_environment(), since=since, local_authority=local_authority,
            base_url=address,
        )  # fmt: skip
        _tell_cqc(found, folder, report)


def _tell_cqc(found: cqc.Fetched, folder: Path, report: LoadReport) -> None:
    report.notes.append(
        f"Fetched into {folder}: {found.written:,} records written, {found.kept:,} were there, "
        f"{len(found.missing):,} listed and not had by the service, in {found.asked:,} requests."
    )
    for identifier in found.missing:
        rule = "listed, and the service has no record of it"
        report.add(Problem(folder.name, rule, None, "id", identifier, "", "warning"))
    for identifier in found.refused:
        report.add(Problem(folder.name, "the service refuses the id", None, "id", identifier, "", "warning"))
    for identifier, reason in found.failed.items():
        report.add(Problem(folder.name, f"not fetched: {reason}", None, "id", identifier, _AGAIN))


def _tell_ods(found: ods.Fetched, folder: Path, report: LoadReport) -> None:
    report.notes.append(
        f"Fetched into {folder}: {len(found.fetched):,} records written, {len(found.kept):,} were there, "
        f"{len(found.absent):,} not known to the service."
    )
    for code in found.absent:
        report.add(Problem(folder.name, "the service does not know it", None, "code", code, "", "warning"))
    for code, reason in found.failed.items():
        report.add(Problem(folder.name, f"not fetched: {reason}", None, "code", code, _AGAIN))
    if found.left:
        rule = f"{len(found.left):,} records were not tried, because the service was out of order"
        report.add(Problem(folder.name, rule, None, "code", found.left[0], _AGAIN))
