"""The layer: pure Python, one for all functions."""

import re
from importlib import metadata

from scripts.template_check.source import TEMPLATE
from tests.not_empty import not_empty
from tests.template.cloudformation import target
from tests.template.declared import resources, template


def test_the_layer_is_pure_python_so_that_one_serves_both_processors() -> None:
    lock = (TEMPLATE.parent / "layers/core/requirements.txt").read_text()
    for name in not_empty(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)):
        wheel = metadata.distribution(name).read_text("WHEEL") or ""
        assert re.findall(r"^Tag: (\S+)$", wheel, re.MULTILINE) == ["py3-none-any"], name
    files = [path.relative_to(TEMPLATE.parent) for path in (TEMPLATE.parent / "layers").rglob("*")]
    assert [path for path in not_empty(files) if path.suffix in {".so", ".pyd"}] == []


def test_the_stack_has_the_arn_of_its_functions_layer_as_an_output() -> None:
    output = template["Outputs"]["CoreLayerArn"]
    assert "Condition" not in output
    assert template["Globals"]["Function"]["Layers"] == [output["Value"]]
    assert resources[target(output["Value"])]["Type"] == "AWS::Serverless::LayerVersion"


def test_the_layer_is_built_of_wheels_for_any_platform_alone() -> None:
    makefile = (TEMPLATE.parent / "layers/core/Makefile").read_text()
    assert re.search(r"^PLAT \?= any$", makefile, re.MULTILINE)
    assert "--platform $(PLAT)" in makefile
    assert "--only-binary=:all:" in makefile
