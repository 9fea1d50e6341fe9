"""Studies: a folder of tables each, and the passages of their text."""
