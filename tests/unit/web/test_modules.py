"""The modules of the page become one, which does the same."""

from pathlib import Path

import pytest

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.web.modules import join_modules
from ecr_scan_reporter.web.page_files import page_files
from tests.page.node import run_node

MODULES = {
    "main.mjs": """import { twice, Shape } from './numbers.mjs';
import {
  name as wanted,
} from './deep/names.mjs';
import whole from './packed.mjs';
const value = twice(4);
console.log(value, wanted(), whole(1), new Shape().sides);
""",
    "numbers.mjs": """import { factor } from './deep/factors.mjs';
const value = factor;
export const twice = (number) => number * value;
export class Shape { sides = 3; }
""",
    "deep/factors.mjs": "export const factor = 2;\nexport const other = 1;\n",
    "deep/names.mjs": "import { factor } from './factors.mjs';\nexport function name() { return `n${factor}`; }\n",
    "packed.mjs": 'import{a as q}from"./minified.mjs";var t=q;export default function(n){return t(n)}',
    "minified.mjs": "function z(n){return n+40}var y=1;export{z as a,y};",
    "unused.mjs": "throw new Error('nobody imports this');",
}


def run(source: str) -> str:
    """Return what a module prints."""
    ended = run_node("--input-type=module", "-", given=source)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def test_the_joined_modules_do_what_they_do_alone() -> None:
    assert run(join_modules(MODULES, "main.mjs")) == "8 n2 41 3"


def test_a_module_is_there_once_and_only_if_it_is_needed() -> None:
    joined = join_modules(MODULES, "main.mjs")
    assert joined.count("factor = 2") == 1
    assert "nobody imports this" not in joined


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        ({"main.mjs": "import { a } from './gone.mjs';"}, "the module is 'gone.mjs'"),
        ({"main.mjs": "import { a } from 'preact';"}, "a line of main.mjs is"),
        ({"main.mjs": "import * as a from './a.mjs';", "a.mjs": ""}, "a line of main.mjs is"),
        ({"main.mjs": "let a;export * from './a.mjs';", "a.mjs": ""}, "a line of main.mjs is"),
        (
            {"main.mjs": "import { a } from './a.mjs';", "a.mjs": "import { b } from './main.mjs';"},
            "modules that do not import each other",
        ),
    ],
)
def test_a_form_that_is_not_known_is_an_error(sources: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        join_modules(sources, "main.mjs")


@pytest.mark.parametrize("name", sorted(name for name in page_files() if name.endswith(".mjs")))
def test_every_module_of_the_page_is_sound(name: str, tmp_path: Path) -> None:
    file = tmp_path / "module.mjs"
    file.write_bytes(page_files()[name])
    ended = run_node("--check", str(file))
    assert ended.returncode == 0, ended.stderr
