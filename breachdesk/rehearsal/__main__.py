"""The rehearsal itself, in the environment that theatre.py made: {"people", …} as the argument, the score card as the last line."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from breachdesk.rehearsal import playing

    playing.listen_for_the_end()
    playing.say("Migrating the rehearsal's own database")
    call_command("migrate", verbosity=0)
    script = playing.Script(**json.loads(sys.argv[1]))
    card = playing.play(script, Path(os.environ["MEDIA_ROOT"]).parent)
    sys.stdout.write(json.dumps(card, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
