"""Requests of another system come in as cases: a mapping declares what its columns mean, no source has code of its own."""
