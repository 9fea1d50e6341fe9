"""What the graph can be asked: one Cypher file a question, in a folder a theme, and the catalogue that runs them."""

from __future__ import annotations

from qikg.queries.answer import Answer
from qikg.queries.asking import REACHES, ask
from qikg.queries.catalogue import Catalogue, packaged
from qikg.queries.head import Question

__all__ = ["REACHES", "Answer", "Catalogue", "Question", "ask", "packaged"]
