"""How agents reach the user directories: the MCP server and its command line."""
