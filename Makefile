# Every target is one line, so that a signal reaches what it starts. The logic is in breachdesk/launch.py.
# make itself answers 2 to any failure: a script that asks for a command's own exit code starts launch.py.
PYTHON ?= python3

help:  ## print these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

demo:  ## run the whole product on this machine with the demo incident (PORT=9000, DEMO_DIR=dir)
	@exec $(PYTHON) breachdesk/launch.py demo

demo-reset:  ## forget the demo's data
	@exec $(PYTHON) breachdesk/launch.py demo-reset

manage:  ## run a management command on the demo's servers: make manage ARGS='migrate --check'
	@exec $(PYTHON) breachdesk/launch.py manage $(ARGS)

test:  ## run the whole suite on servers of its own (ARGS='tests/claims -x' for a part)
	@exec $(PYTHON) breachdesk/launch.py test $(ARGS)

check:  ## format, lint, types, templates, imports, migrations, translations, locks, production settings, compose file
	@exec $(PYTHON) breachdesk/launch.py check $(ARGS)

bench:  ## measure beside peers and limits: BENCH=name for one, FULL=1 for 3,000,000 people
	@exec $(PYTHON) breachdesk/launch.py bench $(ARGS)

drill:  ## play attacks and faults at full size: FAULT=S-a2 for one, ROUNDS=5, FULL=1
	@exec $(PYTHON) breachdesk/launch.py drill $(ARGS)

.PHONY: help demo demo-reset manage test check bench drill
