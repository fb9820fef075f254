"""A request with an Idempotency-Key is done once, however often it arrives."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection
from django.utils.translation import gettext
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from czrm.kit.refused import Refused
from czrm.trail.models import Reply

KEY = "Idempotency-Key"
LONGEST = 80
CLAIM = (
    "insert into trail_reply (institution_id, caller, key, fingerprint) values (%s, %s, %s, %s)"
    " on conflict (institution_id, caller, key) do nothing returning id"
)


def idempotent(action: Callable[..., Response]) -> Callable[..., Response]:
    """The key is claimed and the answer kept in the deed's own transaction: a failed deed leaves the key free."""

    @wraps(action)
    def once(viewset: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(KEY, "")
        if not key:
            return action(viewset, request, *args, **kwargs)
        if len(key) > LONGEST or not key.isprintable():
            raise Refused("invalid_idempotency_key", gettext("An Idempotency-Key has at most 80 printable characters."))
        fingerprint = hashlib.sha256(f"{request.method} {request.path} ".encode() + request.body_given).hexdigest()
        actor = viewset.actor
        caller = f"client:{actor.client_id}" if getattr(actor, "client_id", None) else f"user:{getattr(actor, 'user_id', 0)}"
        with connection.cursor() as cursor:  # whoever claims second waits here until the first has committed
            cursor.execute(CLAIM, [actor.institution_id, caller, key, fingerprint])
            claimed = cursor.fetchone()
        if claimed is None:
            return again(Reply.objects.get(institution=actor.institution_id, caller=caller, key=key), fingerprint)
        response = action(viewset, request, *args, **kwargs)
        body = json.loads(JSONRenderer().render(response.data))
        Reply.objects.filter(pk=claimed[0]).update(status=response.status_code, body=body)
        return response

    return once


def again(reply: Reply, fingerprint: str) -> Response:
    if reply.fingerprint != fingerprint:
        raise Refused(
            "invalid_idempotency_key_reused", gettext("This Idempotency-Key was used for another request. Use a new one for each.")
        )
    return Response(reply.body, status=reply.status or 200, headers={"Idempotency-Replayed": "true"})
