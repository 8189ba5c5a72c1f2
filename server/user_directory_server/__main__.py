"""`user-directory-mcp`, and `python -m user_directory_server`."""

import sys

from .cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
