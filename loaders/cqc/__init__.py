"""The Care Quality Commission: care directories, records of its API, and fetching these."""
