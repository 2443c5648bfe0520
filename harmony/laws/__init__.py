"""Constitutive manifolds: material and joint laws learned from data, safe by construction.

Import the modules themselves (`harmony.laws.elastic`, `harmony.laws.files`, ...); each loads torch when it is imported.
"""
