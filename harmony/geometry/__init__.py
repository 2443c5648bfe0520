"""Geometry for cases: blocks from files (`readers`) and from a few numbers (`generators`)."""

from harmony.geometry.block import GeneratedBlock

__all__ = ["GeneratedBlock"]
