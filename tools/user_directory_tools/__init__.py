"""The five tools that agents can call, without MCP, HTTP or the environment."""

from .answer_schemas import RowForm
from .answers import MAX_CHARACTERS
from .arguments import ALL
from .tool import Answer, Tool, Unconfigured
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
