"""`python -m qikg` is the command `qikg`."""

from __future__ import annotations

from qikg.cli import main

main()
