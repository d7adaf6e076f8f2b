from tests.unit.web.conftest import snapshot, world

__all__ = ["snapshot", "world"]
