"""For whoever keeps the servers running: is the process alive, and can it work?"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from redis.exceptions import RedisError

from czrm.kit import checks

_migrated = False  # of this process: migrations are not taken back under a running server


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive; asks nothing of anybody."""
    return JsonResponse({"service": "czrm", "status": "ok"})


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Able to work: 503 and what is missing, if not."""
    missing = {name: why for name, ask in (("database", database), ("redis", redis)) if (why := ask())}
    return JsonResponse({"status": "not ready", "missing": missing} if missing else {"status": "ready"}, status=503 if missing else 200)


def database() -> str:
    global _migrated
    try:
        if reasons := checks.database():
            return "; ".join(reasons)
        if not _migrated:
            executor = MigrationExecutor(connection)
            if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return f"{len(waiting)} migrations are not applied: run migrate"
            _migrated = True
    except DatabaseError:
        return "does not answer"
    return ""


def redis() -> str:
    try:
        cache.get("czrm.readyz")
    except (RedisError, OSError):
        return "does not answer"
    return ""
