"""The commands: `run(options)` each, returning the exit status."""
