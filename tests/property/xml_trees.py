"""Whatever elements an index may answer: the names of a contract, in any order and depth."""

from collections.abc import Sequence

from hypothesis import strategies as st
from lxml import etree


@st.composite
def trees(
    draw: st.DrawFn, contract: str, names: Sequence[str], values: st.SearchStrategy[str], depth: int = 4
) -> etree._Element:
    element = etree.Element(f"{{{contract}}}{draw(st.sampled_from(names))}")
    if not depth or draw(st.booleans()):
        element.text = "".join(c for c in draw(values) if c.isprintable())
    else:
        element.extend(draw(st.lists(trees(contract, names, values, depth - 1), max_size=5)))
    return element
