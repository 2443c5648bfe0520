"""Least and largest thrust of a symmetric arch of straight-sided voussoirs, by limit analysis.

The safe theorem (Heyman 1966): an arch stands if some line of thrust lies in all its joints. Of a half arch cut at the
crown, where the force is horizontal, H at height e, all that acts above joint k gives about its middle (x_k, y_k)

    M_k = H (e - y_k) + sum w_i (x_i - x_k),    N_k = H sin a_k + sum w_i cos a_k,    |M_k| <= N_k t / 2,

a_k the angle of the joint against the horizontal; friction is taken as enough. In the unknowns H and H e the conditions
are linear, so that the least and the largest H are linear programmes.

    python cases/arch/limit_analysis.py
"""

import numpy as np
from scipy.optimize import linprog

import harmony


def thrusts(case: harmony.Case) -> tuple[float, float]:
    """Least and largest horizontal thrust [N/m]."""
    arch = case.get("geometry.arch")
    count, half = arch["voussoirs"], arch["thickness"] / 2
    assert count % 2 == 0, "the crown is a joint"
    density, gravity = case.get("materials.stone.density"), -case.get("loads.gravity")[1]
    angle = np.radians(90.0 - arch["embrace"] * (np.arange(count // 2, count + 1) / count - 0.5))  # right half
    ray = np.column_stack([np.cos(angle), np.sin(angle)])
    inner, outer = (arch["radius"] - half) * ray, (arch["radius"] + half) * ray
    middle = 0.5 * (inner + outer)
    rings = np.stack([inner[:-1], outer[:-1], outer[1:], inner[1:]], axis=1)
    weight, place = zip(*(_weight(ring, density * gravity) for ring in rings), strict=True)
    total = np.concatenate([[0.0], np.cumsum(weight)])
    first = np.concatenate([[0.0], np.cumsum(np.multiply(weight, place))])
    rows, limits = [], []
    for k in range(1, len(ray)):
        dead = first[k] - middle[k, 0] * total[k]
        for sign in (1.0, -1.0):  # sign M_k <= N_k t / 2
            rows.append([-sign * middle[k, 1] - half * ray[k, 1], sign])
            limits.append(half * total[k] * ray[k, 0] - sign * dead)
    for sign in (1.0, -1.0):  # at the crown: R - t/2 <= e <= R + t/2
        rows.append([-sign * (arch["radius"] + sign * half), sign])
        limits.append(0.0)
    ends = [linprog([sign, 0.0], rows, limits, bounds=[(0, None), (None, None)]) for sign in (1.0, -1.0)]
    return tuple(float(end.x[0]) if end.success else np.nan for end in ends)  # type: ignore[return-value]


def _weight(ring: np.ndarray, unit: float) -> tuple[float, float]:
    """Weight [N/m] and x of the centroid [m] of a polygon."""
    p, q = ring, np.roll(ring, -1, axis=0)
    cross = p[:, 0] * q[:, 1] - q[:, 0] * p[:, 1]
    return abs(cross.sum()) / 2 * unit, ((p[:, 0] + q[:, 0]) * cross).sum() / (3 * cross.sum())


if __name__ == "__main__":
    from pathlib import Path

    least, largest = thrusts(harmony.Case.read(Path(__file__).parent / "case.yaml"))
    print(f"thrust between {least:.1f} and {largest:.1f} N/m")
