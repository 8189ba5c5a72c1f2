"""What agents can ask: five tools, without MCP, HTTP or the environment."""
