"""Releases of the graph: a folder with everything that others need, and the difference between two of them."""
