"""The product's own processes on a stage: invented people, real workers, rehearsal providers. Never the data of real people."""
