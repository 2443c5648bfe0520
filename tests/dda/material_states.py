"""Laws and strain states for the tests of material laws: random ones, and the awkward ones by construction."""

import numpy as np

import dda

E, NU = 1e7, 0.3
LAWS = {
    "elastic": dda.LinearElastic(E, NU),
    "mc": dda.MohrCoulomb(E, NU, cohesion=1e4, friction=30.0),
    "mc-psi10": dda.MohrCoulomb(E, NU, cohesion=1e4, friction=35.0, dilation=10.0),
    "mc-psi0": dda.MohrCoulomb(E, NU, cohesion=1e4, friction=30.0, dilation=0.0),
    "mc-cut": dda.MohrCoulomb(E, NU, cohesion=1e4, friction=30.0, tension=3e3),
    "mc-cut-psi0": dda.MohrCoulomb(E, NU, cohesion=1e4, friction=30.0, dilation=0.0, tension=0.0),
    "mc-sand": dda.MohrCoulomb(E, NU, cohesion=0.0, friction=33.0, dilation=3.0),
    "mc-stiff": dda.MohrCoulomb(E, 0.4999, cohesion=1e4, friction=20.0, dilation=5.0, tension=1e3),
    "tresca": dda.MohrCoulomb(E, NU, cohesion=1e4, friction=0.0),
    "tresca-cut": dda.MohrCoulomb(E, NU, cohesion=1e4, friction=0.0, tension=5e3),
    "dp": dda.DruckerPrager(E, NU, cohesion=1e4, friction=30.0),
    "dp-psi0": dda.DruckerPrager(E, NU, cohesion=1e4, friction=30.0, dilation=0.0),
    "dp-outer": dda.DruckerPrager(E, NU, cohesion=1e4, friction=30.0, dilation=12.0, match="compression"),
    "vm": dda.VonMises(E, NU, yield_stress=2e4),
    "vm-hard": dda.VonMises(E, NU, yield_stress=2e4, hardening=1e6),
}
PLASTIC = [name for name in LAWS if name != "elastic"]


def mandel(tensor):
    """(..., 3, 3) symmetric -> (..., 6)."""
    t, r = np.asarray(tensor), np.sqrt(2.0)
    return np.stack(
        [t[..., 0, 0], t[..., 1, 1], t[..., 2, 2], r * t[..., 1, 2], r * t[..., 0, 2], r * t[..., 0, 1]], -1
    )


def tensor(rows):
    """(n, 6) -> (n, 3, 3)."""
    xx, yy, zz, yz, xz, xy = np.moveaxis(np.asarray(rows), -1, 0)
    yz, xz, xy = (a / np.sqrt(2.0) for a in (yz, xz, xy))
    return np.stack([np.stack([xx, xy, xz], -1), np.stack([xy, yy, yz], -1), np.stack([xz, yz, zz], -1)], -2)


def rotations(n, rng):
    q, _ = np.linalg.qr(rng.normal(size=(n, 3, 3)))
    return q * np.sign(np.linalg.det(q))[:, None, None]


def random_strains(n, seed=1):
    """Strains of all sizes and directions, half of them in the plane."""
    rng = np.random.default_rng(seed)
    strain = rng.normal(size=(n, 6)) * 10.0 ** rng.uniform(-4, -1.5, size=(n, 1))
    strain[:, :3] -= 10.0 ** rng.uniform(-4, -2, size=(n, 1))
    strain[::2, 2:5] = 0.0
    return strain


def awkward_strains():
    """Principal strains with repeated values, hydrostatic tension and compression, uniaxial, pure shear; turned."""
    rows = [
        (1, 1, -2), (2, -1, -1), (1, 1, 1), (-1, -1, -1), (1, 0, 0), (-1, 0, 0), (1, -1, 0), (3, 3, -1), (1, 1, 0.5),
        (1, 1 - 1e-7, -2), (2, -1, -1 - 1e-7), (5, 4.9, 4.8), (-3, -3.001, -9), (0.1, -0.1, -5),
    ]  # fmt: skip
    diagonal = np.array([np.diag(row) for row in rows])
    turn = rotations(len(rows), np.random.default_rng(3))
    turned = turn @ diagonal @ turn.transpose(0, 2, 1)
    strain = np.concatenate([mandel(diagonal), mandel(turned)])
    return np.concatenate([strain * size for size in (1e-3, 5e-3, 3e-2)])


def over_yield(law, stress, kappa):
    """How far stresses are outside the yield surface [Pa]; the surfaces written anew, in principal stresses."""
    s = np.linalg.eigvalsh(tensor(stress))[:, ::-1]
    if isinstance(law, dda.MohrCoulomb):
        sin, cos = np.sin(np.radians(law.friction)), np.cos(np.radians(law.friction))
        over = ((s[:, 0] - s[:, 2]) + (s[:, 0] + s[:, 2]) * sin) / 2 - law.cohesion * cos
        return over if law.tension is None else np.maximum(over, s[:, 0] - law.tension)
    p = s.mean(axis=1)
    root = np.sqrt(((s - p[:, None]) ** 2).sum(axis=1) / 2)
    if isinstance(law, dda.VonMises):
        return np.sqrt(3.0) * root - law.strength - law.hardening * kappa
    a, _, k = law.cone
    return root + a * p - k
