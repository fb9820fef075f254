"""What the API's description says of the door."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class DoorScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "czrm.doors.rest.DoorAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "oauth2",
            "description": "Client credentials of a registered system; a token lasts fifteen minutes.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": {"api": "Use the API"}}},
        }
