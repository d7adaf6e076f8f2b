"""A folder for one invocation, which goes with it, also where the invocation was killed."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

# An environment runs one invocation at a time, of 15 minutes at most, and keeps its /tmp when it kills one.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
_LONGEST_INVOCATION = 14 * 60


@contextmanager
def folder_of_invocation(name: str) -> Iterator[Path]:
    """Yield a new folder, and delete it at the end. Folders that killed invocations left are deleted first."""
    now = int(time.time())
    for left in Path(gettempdir()).glob(f"{name}-*-*"):
        began = left.name.removeprefix(f"{name}-").partition("-")[0]
        if began.isdecimal() and now - int(began) > _LONGEST_INVOCATION:
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=f"{name}-{now}-") as folder:
        yield Path(folder)
