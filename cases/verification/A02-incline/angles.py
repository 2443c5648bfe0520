"""Slid distance at 1 s and 2 s of the block of case.yaml, for the other friction angles of the benchmark."""

import harmony

FRICTION = (0, 10, 25, 29, 30, 35)  # deg; case.yaml itself has 20


def run(case: harmony.Case) -> dict[str, float]:
    """`friction-<deg>.slid.<time>` [m]."""
    base = case.beside("case.yaml")
    found = {}
    for friction in FRICTION:
        one = harmony.solve(base.with_values({"joints.default.friction": friction}))
        for time in (1, 2):
            slid = one.quantity("block.displacement.magnitude", at=time)
            found[f"friction-{friction}.slid.{time}s"] = slid
    return found
