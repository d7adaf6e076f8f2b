"""The current snapshot of the inventory, for a function that asks it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext

from ecr_scan_reporter.aws.inventory_bucket import InventoryBucket
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.invocation_folder import folder_of_invocation
from ecr_scan_reporter.errors import NoSnapshotError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.use_cases.inventory.snapshots import FetchedSnapshot, PublishedSnapshots


@contextmanager
def current_snapshot(
    clients: Clients, bucket: str, on_problem: Callable[[str], object]
) -> Iterator[SnapshotInventory | None]:
    """Open the snapshot, None where there is none yet, or none is whole. Its files go with the invocation.

    Raises CallFailedError.
    """
    snapshots = PublishedSnapshots(InventoryBucket(clients.make("s3"), Caller(), bucket), on_problem)
    published = snapshots.read_pointer()
    if not published:
        yield None
        return
    with folder_of_invocation("snapshot") as folder:
        sources = [FetchedSnapshot(snapshots, each, folder / str(number)) for number, each in enumerate(published)]
        inventory = _opened(sources, on_problem)
        with closing(inventory) if inventory else nullcontext():
            yield inventory


def _opened(sources: Sequence[FetchedSnapshot], on_problem: Callable[[str], object]) -> SnapshotInventory | None:
    try:
        return SnapshotInventory(sources, on_problem)
    except NoSnapshotError as error:
        on_problem(str(error))
        return None
