"""The JavaScript modules of the page as one: a browser asks once, and a file can hold them.

There is no build step: the modules of the package are joined when the function starts. Each becomes a function that
returns its exports, so that names of one module are unknown to the others. The modules keep to the few forms of
`import` and `export` that are read here.
"""

import re
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from posixpath import dirname, join, normpath

from ecr_scan_reporter.errors import InvalidInputError

# In modules as people write them, and as the libraries are packed.
_IMPORT = re.compile(
    r"""import\s*(?:(?P<default>\w+)\s+|\{(?P<names>[^}]*)\}\s*)from\s*["'](?P<path>\./|\.\./)(?P<rest>[^"']+)["'];?"""
)
_EXPORT_DEFAULT = re.compile(r"(?:^|(?<=[;}]))export default ", re.MULTILINE)
_EXPORT_LIST = re.compile(r"export\s*\{(?P<names>[^}]*)\};?")
_EXPORT = re.compile(r"^export (?P<kind>(?:async )?function|const|class) (?P<name>\w+)", re.MULTILINE)
_LEFT = re.compile(r"(?:^|[;}])\s*(?:import|export)\b.*$", re.MULTILINE)
_DEFAULT = "default"


def join_modules(sources: Mapping[str, str], entry: str) -> str:
    """Return the modules that an entry needs, and the entry last, as one module.

    `sources` are all modules by their paths. Raises InvalidInputError for a module that is missing, for modules that
    import each other, and for a form of import or export that is not known here.
    """
    needed: dict[str, set[str]] = {}
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        if path not in needed:
            needed[path] = _imports(path, sources)
            waiting += needed[path]
    try:
        order = [path for path in TopologicalSorter(needed).static_order() if path != entry]
    except CycleError as error:
        raise InvalidInputError(
            "the modules", " ".join(error.args[1]), "modules that do not import each other"
        ) from error
    return "\n".join([*(_as_function(path, sources[path]) for path in order), _body(entry, sources[entry])])


def _imports(path: str, sources: Mapping[str, str]) -> set[str]:
    if path not in sources:
        raise InvalidInputError("the module", path, f"one of {', '.join(sorted(sources))}")
    return {_resolved(path, match) for match in _IMPORT.finditer(sources[path])}


def _resolved(path: str, match: re.Match[str]) -> str:
    return normpath(join(dirname(path), match["path"] + match["rest"]))


def _as_function(path: str, source: str) -> str:
    exported = [f"{match['name']}: {match['name']}" for match in _EXPORT.finditer(source)]
    for match in _EXPORT_LIST.finditer(source):
        exported += [f"{outer or inner}: {inner}" for inner, outer in _pairs(match["names"])]
    source = _EXPORT_LIST.sub("", source)
    if _EXPORT_DEFAULT.search(source):
        source = _EXPORT_DEFAULT.sub("const exportedDefault = ", source)
        exported.append(f"{_DEFAULT}: exportedDefault")
    body = _body(path, _EXPORT.sub(r"\g<kind> \g<name>", source))
    return f"const {_name(path)} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"


def _body(path: str, source: str) -> str:
    def imported(match: re.Match[str]) -> str:
        names = [(_DEFAULT, match["default"])] if match["default"] else _pairs(match["names"])
        taken = ", ".join(f"{inner}: {outer}" if outer else inner for inner, outer in names)
        return f"const {{ {taken} }} = {_name(_resolved(path, match))};"

    body = _IMPORT.sub(imported, source)
    left = _LEFT.search(body)
    if left:
        raise InvalidInputError(
            f"a line of {path}", left[0].strip()[:100], "an import or export of names, by a relative path"
        )
    return body


def _pairs(names: str) -> list[tuple[str, str]]:
    """Return the names of a list, each with that after `as`, empty for none."""
    parts = [each.split(" as ") for each in map(str.strip, names.split(",")) if each]
    return [(part[0].strip(), part[1].strip() if len(part) > 1 else "") for part in parts]


def _name(path: str) -> str:
    return "module_" + re.sub(r"\W", "_", path)
