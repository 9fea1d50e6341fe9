"""Studies as data: one folder a study, no code."""
