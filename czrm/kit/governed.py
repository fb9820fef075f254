"""The fence of what tells who acts, and where: the log-in, the token and the portal read it before anybody acts."""

from __future__ import annotations

from django.db import models

from .actor import Actor
from .fence import EVERYTHING, Fence
from .policies import MINE


class Governed(Fence):
    """Everybody reads it, nobody yet included; only the institution it is of writes it.

    All in SQL: `keeper` names this institution, with `{row}` for the row; `otherwise` who else may change it; `born` how a new
    row must be, where it is not enough that its keeper adds it.
    """

    narrows = False
    see = "true"

    def __init__(self, keeper: str = "{row}.institution_id", *, otherwise: str = "", born: str = "") -> None:
        super().__init__()
        self.keeper, self.otherwise, self.born = keeper, otherwise, born

    def q(self, actor: Actor) -> models.Q:
        return EVERYTHING

    @property
    def add(self) -> str:  # type: ignore[override]
        return self.born or self.change

    def writer(self, row: str) -> str:
        kept = f"{MINE} = {self.keeper.format(row=row)}"
        return f"({kept} or {self.otherwise.format(row=row)})" if self.otherwise else kept
