"""What things are: the classes, what is derived from them, and the frameworks and mappings as data."""
