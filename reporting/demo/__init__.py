"""A believable pair of municipalities and a year of their work, all of it invented: pure generators, and what loads them."""
