"""Batch systems: what `harmony submit` writes."""
