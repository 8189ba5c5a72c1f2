"""How far long work is: a bar on the terminal of stderr, which goes when the work is done."""

import sys
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["Bar", "progress_bar"]


class Bar:
    """How far something is; says nothing where nobody looks."""

    def show(self, done: float, total: float | None, what: str) -> None:
        """Say that so much of a total is done, and what is done now."""

    async def heard(self, progress: float, total: float | None, message: str | None) -> None:
        """Take the progress that an MCP server reports."""
        self.show(progress, total, message or "")


@contextmanager
def progress_bar(what: str) -> Generator[Bar]:
    """Show a bar while the work of this context runs, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    class Shown(Bar):
        def show(self, done: float, total: float | None, what: str) -> None:
            progress.update(task, completed=done, total=total, description=what)

    about = TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis"))
    columns = (BarColumn(bar_width=20), TimeElapsedColumn(), about)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield Shown()
