"""What was sealed."""

from __future__ import annotations

from django.db import models

from czrm.kit.fence import Open


class Segment(models.Model):
    """A signed list of digests of rows of the trail, chained to the one before it."""

    fence = Open("digests and signatures: nothing of anybody")
    append_only = True
    number = models.BigIntegerField(primary_key=True)
    of_table = models.CharField(max_length=30)
    floor_id = models.BigIntegerField()  # below it nothing may come any more
    upto = models.BigIntegerField()  # the greatest key there was
    last_id = models.BigIntegerField()
    horizon = models.BigIntegerField()  # the oldest transaction that still ran
    ceiling = models.BigIntegerField()  # the first transaction that had not begun
    ids = models.TextField()  # the keys of its rows, as a multirange
    amount = models.PositiveIntegerField()
    total = models.BinaryField()  # of all its digests, in the order of keys
    leaves = models.BinaryField()  # eight bytes of each: they name the row that differs
    sealed_at = models.DateTimeField()
    previous = models.BinaryField()
    chain = models.BinaryField()
    key = models.BinaryField()  # the public key of the signature
    signature = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["of_table", "last_id"], name="segment_of_table")]

    def __str__(self) -> str:
        return f"segment {self.number}"
