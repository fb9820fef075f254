"""Run as a process of its own: Norte opens cases, one transaction each, and says so. Usage: python -m tests.channels.three_hundred 300"""

from __future__ import annotations

import os
import sys

from czrm.kit import embedded

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "czrm.settings")
    embedded.start()
    import django

    django.setup()
    from czrm.kit.actor import acting
    from czrm.trail.say import say
    from tests import factories

    norte = factories.institution("Norte", "NO")
    procedure = factories.procedure(norte)
    for n in range(int(sys.argv[1])):
        with acting(factories.machine(norte)) as by:
            case = factories.case(norte, None, procedure, reply_email=f"person{n}@example.org")
            say("case.opened", case, by=by, public=True, number=case.number)
    print("said", flush=True)
