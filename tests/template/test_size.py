"""The size of the template."""

from scripts.template_check.source import TEMPLATE


def test_the_template_fits_into_a_direct_deployment() -> None:
    assert TEMPLATE.stat().st_size < 51_200
