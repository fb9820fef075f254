"""The pages of this floor; the map of the whole asks for `root` and `landing`."""

from .home import landing, root

__all__ = ["landing", "root"]
