"""The graph as RDF: nodes and relationships to triples (`triples.py`) and back (`things.py`), and whole exports."""
