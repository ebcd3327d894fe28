#!/usr/bin/env python3
"""Django's command line for Breachdesk."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "breachdesk.settings")
    from django.core.management import execute_from_command_line

    from breachdesk import logs

    sys.excepthook = logs.excepthook
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
