"""Exit statuses of the commands, and how they print errors."""

from rich.console import Console

DONE, INCOMPLETE, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def print_error(console: Console, text: str) -> None:
    """Print an error as one line; a text of AWS or of a file in it is never taken for markup."""
    console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
