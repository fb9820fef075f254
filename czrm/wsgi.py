"""The door for web servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from czrm.kit import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "czrm.settings")
embedded.start()
_application = get_wsgi_application()

from czrm.kit import checks  # noqa: E402 - needs the apps

checks.refuse()
application = checks.at_home(_application)  # type: ignore[arg-type]  # typed for Django's own handler
gc.freeze()  # what has been loaded stays: collecting garbage need not look through it again and again
