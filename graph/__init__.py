"""Where the graph lives: stores, and what is written to them and read from them."""

from __future__ import annotations

from qikg.graph.embedded import EmbeddedStore, wipe
from qikg.graph.opening import default_folder, open_store
from qikg.graph.reading import refuse_writes
from qikg.graph.server import Neo4jStore
from qikg.graph.store import Rows, Store, Transaction, Value

__all__ = [
    "EmbeddedStore",
    "Neo4jStore",
    "Rows",
    "Store",
    "Transaction",
    "Value",
    "default_folder",
    "open_store",
    "refuse_writes",
    "wipe",
]
