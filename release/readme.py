"""README.md of a release, for somebody who finds the folder."""

from __future__ import annotations

from qikg.ontology.terms import ATTRIBUTION, LICENCE, UNREGISTERED
from qikg.release.dump import Dump
from qikg.release.files import ABOUT, CHANGES, DATA, DESCRIPTION, QUADS, RECEIPT_JSON, REDIRECTS, SITE, SUMS, TURTLE


def readme(dump: Dump, pages: int, newest: str | None) -> str:
    """Give the text; `newest` is the day of the newest edition in the graph."""
    words = {name: file.words for name, file in DATA.items()} | dict(ABOUT)
    files = "\n".join(f"| `{name}` | {what} |" for name, what in words.items())
    lines = "\n>\n".join(f"> {line}" for line in ATTRIBUTION)
    edition = f" The newest edition among its sources is of {newest}." if newest else ""
    nodes, relationships = sum(dump.nodes.values()), sum(dump.relationships.values())
    return f"""\
# A knowledge graph of improvement evidence: release {dump.version}

This folder holds a graph of {nodes:,} things and {relationships:,} relationships ({dump.whole.triples:,} RDF triples):
trusts and how they were rated, frameworks of improvement research with the mappings between them, and what studies
found. Every statement says how it is known (stated, inferred or undetermined) and names its sources.{edition}

The name of the release is the first 16 digits of its hash. The same sources give the same release, to the byte, on
every machine with the same versions of the software, which `{RECEIPT_JSON}` names.

## What is in it

| file | what it is |
|---|---|
{files}

To look at it, open `{SITE}/index.html` in a browser ({pages:,} pages), or serve the folder `{SITE}` with any web
server.
What changed since the release before stands in `{CHANGES}`.

## Check that it is whole

Every file:

```sh
sha256sum --check --quiet {SUMS}
```

The graph: `{QUADS}` is its canonical form (RDF Dataset Canonicalization, RDFC-1.0), so the hash of the graph is the
SHA-256 of that file. Any tool for RDFC-1.0 makes the same of `{TURTLE}`.

```text
{dump.sha256}
```

## Load it again

```sh
qikg load {QUADS}
```

gives the same graph in a store of yours. Any tool that reads RDF reads `{TURTLE}` too; `{DESCRIPTION}` says what
there is to count.

## Licences

The curated data are under [CC BY 4.0]({LICENCE}). Facts from public registers are under the Open Government Licence
v3.0. Print these lines with them:

{lines}

The words of the studies are not here: passages are given by position, hashes, and a summary in our own words.

## The addresses

{UNREGISTERED}
`{REDIRECTS}` has the rules that a service for persistent addresses would need.
"""
