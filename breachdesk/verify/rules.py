"""How often, and how long. Plain values."""

from __future__ import annotations

import datetime as dt

from breachdesk.limits import Budget

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)

# Codes that nobody has, an hour and a network, and a minute for all networks together; a right one is given back. A message's
# code is one of 29^9, a certificate's one of 29^11: what guessing brings at that rate stands in DECISIONS.md.
MISSES_PER_NETWORK = Budget("verify.network", 300, HOUR)
MISSES_OF_ALL = Budget("verify.all", 3000, MINUTE)
# A whole long text message may be pasted.
TYPED_LENGTH = 3000
