"""`make bench`: each thing that should be fast, measured beside its peers and its limit in one run.

A bench is a module here with `measure(run: harness.Run) -> Iterator[harness.Result]`; its file name is the name that
BENCH= takes. The ids are those of the goals; machines are noisy, so every figure is a ratio of things measured in turns.
"""
