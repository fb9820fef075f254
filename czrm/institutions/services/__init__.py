"""The deeds of an institution's administration and of the platform."""
