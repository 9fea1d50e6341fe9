"""The main job in one go: build the graph, ask five questions, write RDF, and say what to try next."""

from __future__ import annotations

import time
from pathlib import Path

import qikg

FOLDER = Path("demo")
QUESTIONS: tuple[tuple[str, dict[str, str]], ...] = (
    ("case-matrix", {}),
    ("challenge-to-factors", {"challenge": "QUASER:LEAD"}),
    ("evidence-for-concept", {"concept": "CFIR2:III.D.4"}),
    ("did-it-last", {}),
    ("claims-checked", {"result": "disagrees"}),
)


def main() -> None:
    """Run the demo in the folder `demo`, beside what it was run before."""
    started = time.monotonic()
    FOLDER.mkdir(exist_ok=True)
    with qikg.open(FOLDER / "store") as graph:
        print(f"Building the graph in {FOLDER / 'store'} …\n{graph.build().summary()}\n")
        for number, (name, parameters) in enumerate(QUESTIONS, start=1):
            said = "".join(f" --{key} {value}" for key, value in parameters.items())
            print(f"── {number} of {len(QUESTIONS)}: qikg ask {name}{said}\n")
            print(graph.ask(name, **parameters))
        turtle = FOLDER / "graph.ttl"
        written = graph.export(turtle)
    print(
        f"The graph is in {FOLDER / 'store'}; as RDF ({written.triples:,} triples) it is in {turtle}.\n"
        f"This took {time.monotonic() - started:.1f} s. Try next:\n\n"
        f"  export QIKG_STORE={FOLDER / 'store'}\n"
        "  .venv/bin/qikg queries list\n"
        "  .venv/bin/qikg ask challenge-evidence --challenge QUASER:EMO\n"
        "  .venv/bin/qikg ask inconsistencies\n"
    )


main()
