"""The five tools that agents can call, without MCP, HTTP or the environment."""

from .answers import MAX_CHARACTERS
from .arguments import ALL
from .tool import Answer, RowForm, Tool, Unconfigured
from .toolset import ToolStyle, error_of_broken, fault_of_name, toolset

__all__ = [
    "ALL",
    "MAX_CHARACTERS",
    "Answer",
    "RowForm",
    "Tool",
    "ToolStyle",
    "Unconfigured",
    "error_of_broken",
    "fault_of_name",
    "toolset",
]
