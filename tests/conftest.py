"""Property tests try the same examples in each run; HYPOTHESIS_PROFILE=exploring looks for new ones."""

import os

from hypothesis import settings

settings.register_profile("repeatable", max_examples=50, derandomize=True, deadline=None, database=None)
settings.register_profile("exploring", max_examples=2_000, deadline=None, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
