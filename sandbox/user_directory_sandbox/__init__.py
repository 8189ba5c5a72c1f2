"""Six user APIs simulated on one loopback port, from their documentation and nothing else."""

from user_directory_sandbox.members import DIRECTORIES
from user_directory_sandbox.sandbox import Sandbox

__all__ = ["DIRECTORIES", "Sandbox"]
