"""`make drill`: what an attacker would try and what breaks in a night, played at full size on servers of its own.

A drill is a module here with `ID` (of the threat or fault it plays) and `play(run: harness.Run) -> harness.Result`; FAULT= names
one or several, ROUNDS= says how often. Each result is appended to drill/results.json. The small form of each is in `make test`.
"""
