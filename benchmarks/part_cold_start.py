"""How the functions start."""

from statistics import median

from benchmarks.cold_start import STARTS, cold_starts, layer_megabytes, second_sdks
from benchmarks.sections import Section, Target, table

MAX_RATIO = 1.3
MAX_MB = 15.0
# The cost model counts its starts alone: it runs more often than all others.
COST_MODEL = "images_scanner"


def measure_cold_start() -> Section:
    """Measure the init of each function, and the layer."""
    starts = cold_starts()
    size, sdks = layer_megabytes(), second_sdks()
    rows = [
        (
            start.function,
            f"{median(start.bare_inits):.0f} ({min(start.bare_inits):.0f} to {max(start.bare_inits):.0f})",
            f"{median(start.inits):.0f} ({min(start.inits):.0f} to {max(start.inits):.0f})",
            f"{start.ratio:.2f}",
        )
        for start in starts
    ]
    shown = table(("function", "boto3 and the same clients, ms", "function, ms", "ratio"), rows)
    return Section(
        "Cold start",
        f"Init under Lambda's own runtime (awslambdaric, runtime interface emulator), median of {STARTS} "
        f"(fastest to slowest), everything as compiled bytecode:\n\n{shown}\n"
        f"The layer is {size:.1f} MB unpacked, bytecode included, and contains "
        f"{', '.join(sdks) or 'no boto3 and no botocore'}.",
        [
            *(Target(f"{start.function}: init / boto3 and its clients", MAX_RATIO, start.ratio) for start in starts),
            Target("layer, unpacked", MAX_MB, size, " MB"),
            Target("copies of the SDK in the layer", 0, len(sdks)),
        ],
        {"init_seconds": next(median(start.inits) for start in starts if start.function == COST_MODEL) / 1000},
    )
