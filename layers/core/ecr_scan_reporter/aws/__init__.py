"""AWS at the border: one module for each service. Dataclasses and the library's own errors come out, no AWS dicts."""
