"""Six user APIs simulated on one loopback port, from their documentation and nothing else."""
