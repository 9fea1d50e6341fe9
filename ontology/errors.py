"""Every error that qikg raises on purpose.

QikgError
├── UsageError            wrong use: an unknown question, parameter, concept or option
├── CheckFailed           a file, a text or a query did not pass its checks; carries the report
├── NotLoaded             the question needs data that this graph does not hold
└── StoreError            the graph could not be reached, opened or written
    ├── StoreUnavailable  no server, no engine for this platform, or a wrong password
    ├── StoreVersionError the graph was made by another version of the ontology
    ├── StoreBusy         another process is writing
    └── QueryError        a Cypher text failed
        ├── WriteRefused  it would have written, changed the schema or read a file
        └── QueryStopped  it ran past its time limit

A message says what is wrong, where, and what to do. It never holds a password.
"""

from __future__ import annotations


class QikgError(Exception):
    """Base of all errors of qikg; `exit_code` is what the command line ends with."""

    exit_code = 1


class UsageError(QikgError):
    """Wrong use: an unknown question, parameter, concept or option."""

    exit_code = 2


class CheckFailed(QikgError):
    """A file, a text or a query did not pass its checks; `report` holds the whole account where there is one."""

    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class NotLoaded(QikgError):
    """The question needs data that this graph does not hold."""


class StoreError(QikgError):
    """The graph could not be reached, opened or written."""


class StoreUnavailable(StoreError):
    """No server answers, there is no engine for this platform, or the password is wrong."""


class StoreVersionError(StoreError):
    """The graph was made by another version of the ontology."""


class StoreBusy(StoreError):
    """Another process is writing to the graph."""


class QueryError(StoreError):
    """A Cypher text failed."""


class WriteRefused(QueryError):
    """A reading query would have written, changed the schema or read a file."""


class QueryStopped(QueryError):
    """A query ran past its time limit and was ended."""
