"""Methods of solution by the name that a case gives them. One file and one line here make another one."""

from harmony.methods.base import Method, Row, Rows
from harmony.methods.blocks import Blocks
from harmony.methods.finite_elements import FiniteElements
from harmony.methods.manifold import ManifoldMethod

__all__ = ["METHODS", "Method", "Row", "Rows"]

METHODS: dict[str, Method] = {"dda": Blocks(), "nmm": ManifoldMethod(), "fem": FiniteElements()}
"""What `method:` may be and can be computed."""
