"""The page of all keys of a case file, made from the schema that reads it.

uv run python docs/case_reference.py            # prints the page
uv run python docs/case_reference.py --write    # writes docs/reference/case.md
"""

import sys
from pathlib import Path
from typing import Any

from harmony.case import CaseData

PAGE = Path(__file__).resolve().parent / "reference" / "case.md"

HEAD = """# Case files: all keys

Made from the schema by `uv run python docs/case_reference.py --write`; do not edit. The same as a JSON
Schema, for editors: `uv run harmony check --schema`.

A case is one YAML file. SI units, angles in degrees, compression negative, thickness 1 m. An unknown key is an error.
*required* marks keys that must be given; a key without a default may be left out. `<name>` stands for names that you
choose. A table is rows in the file, or the name of a CSV file with a header.
"""

NOTHING: tuple[Any, ...] = (None, [], {})


class Page:
    """Sections of the schema, each once, behind the section in which it is met first."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.definitions: dict[str, dict[str, Any]] = schema["$defs"]
        self.places: dict[str, str] = {}  # definition -> the path of keys at which it is met first
        self.lines = [HEAD]
        self.section("", schema)

    def section(self, place: str, section: dict[str, Any]) -> None:
        """The table of one section, then the sections that are new in it."""
        known = set(self.places)
        self.lines += self.table(place, section)
        for name in [name for name in self.places if name not in known]:
            here, inner = self.places[name], self.definitions[name]
            self.lines += ["", f'<a id="{name}"></a>', f"## `{here}`{self.fixed(inner)}", ""]
            self.lines += [inner.get("description", ""), ""]
            self.section(here, inner)

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def table(self, place: str, section: dict[str, Any]) -> list[str]:
        """One row a key."""
        lines = ["| key | value | default | meaning |", "|---|---|---|---|"]
        for key, field in section["properties"].items():
            path = f"{place}.{key}" if place else key
            default = "*required*" if key in section.get("required", ()) else shown(field.get("default"))
            meaning = field.get("description", "") or self.definition(field).get("description", "").split("\n")[0]
            cells = (f"`{key}`", self.kind(field, path), default, meaning)
            lines.append("| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |")
        return lines

    def definition(self, field: dict[str, Any]) -> dict[str, Any]:
        return self.definitions.get(field.get("$ref", "").rpartition("/")[2], {})

    def kind(self, field: dict[str, Any], path: str) -> str:
        """What a value looks like; sections become links."""
        if "$ref" in field:
            name = field["$ref"].rpartition("/")[2]
            return f"[section](#{self.met(name, path)})"
        if choices := field.get("anyOf") or field.get("oneOf"):
            given = [choice for choice in choices if choice.get("type") != "null"]
            kinds = [self.kind(choice, path) for choice in given]
            if len(kinds) > 1 and all(kind.startswith("[section]") for kind in kinds):
                kinds = [
                    kind.replace("section", self.label(choice), 1) for kind, choice in zip(kinds, given, strict=True)
                ]
            return " or ".join(dict.fromkeys(kinds))
        if "enum" in field:
            return ", ".join(f"`{value}`" for value in field["enum"])
        if "const" in field:
            return f"`{field['const']}`"
        if field.get("type") == "array":
            return self.array(field, path)
        if field.get("type") == "object":
            inner = field.get("additionalProperties") or next(iter(field.get("patternProperties", {}).values()), None)
            return f"`<name>:` {self.kind(inner, f'{path}.<name>')}" if isinstance(inner, dict) else "mapping"
        return {"string": "text", "boolean": "true, false"}.get(
            field.get("type", ""), field.get("type", "any")
        ) + limits(field)

    def array(self, field: dict[str, Any], path: str) -> str:
        if parts := field.get("prefixItems"):
            return "[" + ", ".join(self.kind(part, path) for part in parts) + "]"
        inner = self.kind(field.get("items", {}), f"{path}[]")
        return "rows" if inner == "list of number" else f"list of {inner}"

    def label(self, choice: dict[str, Any]) -> str:
        """What tells one section from its alternatives: its fixed value, as `law: table`."""
        return self.fixed(self.definition(choice)).strip(", `") or "section"

    @staticmethod
    def fixed(section: dict[str, Any]) -> str:
        """The keys that have one value only in this section."""
        given = {key: field["const"] for key, field in section["properties"].items() if "const" in field}
        return "".join(f", `{key}: {value}`" for key, value in given.items())

    def met(self, name: str, path: str) -> str:
        self.places.setdefault(name, path)
        return name


def limits(field: dict[str, Any]) -> str:
    """The bounds of a number."""
    signs = {"exclusiveMinimum": ">", "minimum": ">=", "exclusiveMaximum": "<", "maximum": "<="}
    bounds = [f"{sign} {field[key]:,}" for key, sign in signs.items() if key in field]
    return f" {', '.join(bounds)}" if bounds else ""


def shown(default: Any) -> str:
    if default in NOTHING or default == "":
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def page() -> str:
    """The whole page."""
    return Page(CaseData.model_json_schema(by_alias=True)).text()


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page())
    else:
        print(page(), end="")
