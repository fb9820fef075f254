#!/usr/bin/env python3
"""The command line of CzRM."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "czrm.settings")
    from django.core.management import execute_from_command_line

    from czrm.kit import embedded

    embedded.start()
    execute_from_command_line(sys.argv)
