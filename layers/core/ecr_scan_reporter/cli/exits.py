"""How commands end, and how they say what went wrong."""

from rich.console import Console

DONE, INCOMPLETE, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def print_error(console: Console, text: str) -> None:
    """Write a line about something that went wrong; what AWS or a file said in it is never taken for markup."""
    console.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
