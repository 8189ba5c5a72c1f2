"""The commands: each has `run(options)`, which returns the exit status."""
