"""Watching over those who look: what is unusual, by rules that anybody can read, for the data-protection officer to decide."""
