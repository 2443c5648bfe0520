"""Solvers and networks as participants of a coupling (`couplers`): blocks, the manifold method, finite elements, torch.

Each is imported by its module, so that a coupling loads only what it uses.
"""
