"""What `setup` does: keys, the server's configuration file, and the entry in the file of an MCP client."""
