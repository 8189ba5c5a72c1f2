"""The reference of the manifest language, from its models and from the example pages in `manifests/`.

    python docs/manifest_reference.py [--check]

It writes `manifest.md`; with `--check` it says whether that is up to date. Each key is shown with the first line that
an example page has for it, so that nothing is shown that does not load.
"""

import ast
import inspect
import json
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, get_args

from user_directories import Manifest
from user_directories.manifest.language import current
from user_directories.manifest.table import Table

HERE = Path(__file__).parent
PAGE = HERE / "manifest.md"
EXAMPLES = HERE / "manifests"

INTRODUCTION = """# The manifest: one page of TOML

A manifest says what a directory can do: how it is asked, how it pages, filters and sorts, and where the fields of a
user are. [A directory of your own](own-directory.md) has a whole page to begin with, and says what to write for what an
API does. The pages in `docs/manifests/` are those of APIs of other kinds; the built-in ones are in
`directories/user_directories/providers/` and `directories/user_directories/presets/`.

Only the keys that are marked as needed must be there. A key that is not listed here is refused by name, and
`user-directory-mcp doctor` tries what a manifest promises. Where a *path* is asked for, it is
[JMESPath](https://jmespath.org/specification.html); most are a key or `a.b`.
"""
NAMES = ("FIELD", "OPERATOR")
"""What stands in a heading for the names of tables of which there may be several, from the outside to the inside."""


class Key(NamedTuple):
    """One key of a table: its form, its default in TOML, what it means, and an example of it."""

    name: str
    form: str
    default: str
    meaning: str
    example: str


class Section(NamedTuple):
    """One table: how it is headed, what it is for, its keys, and the steps that lead to it in a page."""

    heading: str
    meaning: str
    keys: list[Key]
    steps: tuple[str, ...]
    only: Mapping[str, Any]


def sections() -> Iterator[Section]:
    """Every table of the language, in the order of the models."""
    yield from _sections(Manifest, (), {})


def _sections(model: type[Table], steps: tuple[str, ...], only: Mapping[str, Any]) -> Iterator[Section]:
    below = [(name, each) for name, info in model.model_fields.items() for each in _tables(info.annotation)]
    own = [_key(model, name, steps, only) for name in model.model_fields if name not in {name for name, _ in below}]
    yield Section(_heading(steps, only), _paragraphs(inspect.getdoc(model) or ""), own, steps, only)
    for name, table in below:
        yield from _sections(table, (*steps, name, *_stars(model, name)), _discriminator(table))


@cache
def _schema(model: type[Table]) -> Mapping[str, Any]:
    """The JSON schema of each key."""
    properties: Mapping[str, Any] = model.model_json_schema()["properties"]
    return properties


def _tables(annotation: Any) -> Iterator[type[Table]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        yield annotation
    for each in get_args(annotation):
        yield from _tables(each)


def _stars(model: type[Table], name: str) -> list[str]:
    """A step for each level of names that are not ours, as of filters by field and operator."""
    schema, stars = _schema(model)[name], list[str]()
    while "additionalProperties" in schema:
        stars.append("*")
        schema = schema["additionalProperties"]
    return stars


def _discriminator(table: type[Table]) -> Mapping[str, Any]:
    schema = _schema(table)
    return {name: each["const"] for name, each in schema.items() if "const" in each}


def _heading(steps: tuple[str, ...], only: Mapping[str, Any]) -> str:
    if not steps:
        return "The page itself"
    first = steps.index("*") if "*" in steps else len(steps)
    names = (*steps[:first], *NAMES[: len(steps) - first])
    return f"`[{'.'.join(names)}]`" + "".join(f", {name} = {_toml(value)}" for name, value in only.items())


def _key(model: type[Table], name: str, steps: tuple[str, ...], only: Mapping[str, Any]) -> Key:
    info = model.model_fields[name]
    written = info.alias or name
    rule = _schema(model)[written]
    default = "*needed*" if info.is_required() else f"`{_toml(rule['default'])}`" if rule.get("default") else ""
    example = next((f"`{written} = {_toml(value)}`" for value in _examples((*steps, written), only)), "")
    return Key(written, _form(rule), default, _meanings(model).get(name, ""), example)


def _examples(steps: tuple[str, ...], only: Mapping[str, Any]) -> Iterator[Any]:
    for page in _pages():
        yield from _found(page, steps, only)


@cache
def _pages() -> list[Any]:
    """Every example, in today's language."""
    files = sorted(EXAMPLES.glob("*.toml"))
    return [current(tomllib.loads(file.read_text(encoding="utf-8")))[0] for file in files]


def _found(value: Any, steps: tuple[str, ...], only: Mapping[str, Any]) -> Iterator[Any]:
    if not isinstance(value, dict):
        return
    if len(steps) == 1:
        if steps[0] in value and all(value.get(name) == wanted for name, wanted in only.items()):
            yield value[steps[0]]
        return
    for name, each in value.items():
        if steps[0] in ("*", name):
            yield from _found(each, steps[1:], only)


@cache
def _meanings(model: type[Table]) -> Mapping[str, str]:
    """The text under each key of a model, of those that it inherits too."""
    found: dict[str, str] = {}
    for each in reversed([one for one in model.__mro__ if issubclass(one, Table)]):
        body = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
        lines = body.body if isinstance(body, ast.ClassDef) else []
        for key, text in pairwise(lines):
            if isinstance(key, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
                found[ast.unparse(key.target)] = _paragraphs(inspect.cleandoc(str(text.value.value)))
    return found


def _paragraphs(text: str) -> str:
    return " ".join(text.split())


def _form(rule: Mapping[str, Any]) -> str:
    """The form of a value in words, from its JSON schema."""
    either = [each for each in rule.get("anyOf", ()) if each.get("type") != "null"]
    if either:
        return " or ".join(dict.fromkeys(map(_form, either)))
    if "const" in rule or "enum" in rule:
        values = [f"`{_toml(each)}`" for each in rule.get("enum", [rule.get("const")])]
        return "one of " + ", ".join(values) if len(values) > 1 else values[0]
    return _FORMS[rule.get("type", "string")](rule)


_FORMS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "array": lambda rule: f"list of: {_form(rule.get('items', {}))}",
    "object": lambda rule: _of_table(rule.get("additionalProperties") or _only_pattern(rule)),
    "integer": lambda rule: f"whole number{_bounds(rule)}",
    "number": lambda rule: f"number{_bounds(rule)}",
    "boolean": lambda _: "true or false",
    "string": lambda _: "string",
}


def _of_table(rule: Any) -> str:
    return f"table of: {_form(rule)}" if isinstance(rule, dict) else "table"


def _only_pattern(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(rule.get("patternProperties", {}).values()), {})


def _bounds(rule: Mapping[str, Any]) -> str:
    least, most = rule.get("minimum"), rule.get("maximum")
    if "exclusiveMinimum" in rule:
        return f" above {rule['exclusiveMinimum']}"
    if least is not None and most is not None:
        return f", {least} to {most}"
    return "" if least is None else f", at least {least}"


def _toml(value: Any) -> str:
    """A value as TOML on one line; a string of TOML is one of JSON."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_name(name)} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _name(name: str) -> str:
    return name if name.replace("_", "").replace("-", "").isalnum() else json.dumps(name)


def written() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *map(_written, sections())])


def _written(section: Section) -> str:
    rows = [["key", "form", "default", "what it means", "example"], ["---"] * 5]
    rows += [[f"`{key.name}`", key.form, key.default, key.meaning, key.example] for key in section.keys]
    table = ["| " + " | ".join(each.replace("|", "\\|") for each in row) + " |" for row in rows]
    return "\n".join([f"## {section.heading}\n", f"{section.meaning}\n", *table, ""])


def main() -> int:
    """Write the page, or check it."""
    if "--check" not in sys.argv:
        PAGE.write_text(written(), encoding="utf-8")
        return 0
    return int(PAGE.read_text(encoding="utf-8") != written())


if __name__ == "__main__":
    raise SystemExit(main())
