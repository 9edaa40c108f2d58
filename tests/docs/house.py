"""Draws the house in the README from the imports. `python -m tests.docs.house --update` writes it there."""

import sys
from pathlib import Path

import grimp

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- house: drawn from the imports", "<!-- /house -->"
LAYERS = (
    ("cli",),
    ("compose",),
    ("web",),
    ("flow",),
    ("adapters", "simulator", "store"),
    ("wire", "rules"),
    ("canonical",),
)
EVERYWHERE = frozenset({"config", "clock", "errors"})
"""Small rooms that nearly everyone looks into; an arrow to each would hide the rest."""


def rooms(graph: grimp.ImportGraph) -> set[tuple[str, str]]:
    """Which room imports which."""
    found = set()
    for module in graph.modules:
        for target in graph.find_modules_directly_imported_by(module):
            here, there = module.split(".")[1:2], target.split(".")[1:2]
            if here and there and here != there and target.startswith("gateway."):
                found.add((here[0], there[0]))
    return found


def drawing() -> str:
    """The house as a Mermaid picture: floors from top to bottom, an arrow for each import between rooms."""
    arrows = {(here, there) for here, there in rooms(grimp.build_graph("gateway")) if not {here, there} & EVERYWHERE}
    lines = ["```mermaid", "flowchart TD"]
    for number, floor in enumerate(LAYERS):
        lines.append(f"  subgraph floor{number}[ ]")
        lines += [f"    {room}" for room in floor]
        lines.append("  end")
    lines += [f"  {here} --> {there}" for here, there in sorted(arrows) if here != "compose"]
    lines.append("  compose -.->|builds| web & flow & adapters & store & rules")
    lines.append("```")
    return "\n".join(lines)


def shown() -> str:
    """What stands in the README now."""
    return _parts()[1].strip()


def _parts() -> tuple[str, str, str]:
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    mark, _, rest = rest.partition("\n")
    inside, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{mark}\n", inside, f"{END}{tail}"


def main() -> None:
    """Write the picture into the README."""
    if "--update" in sys.argv:
        head, _, tail = _parts()
        README.write_text(f"{head}{drawing()}\n{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
