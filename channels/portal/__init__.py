"""The citizens' face of an institution: a channel like the others, whose deeds end in the same services."""
