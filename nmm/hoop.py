"""Where and when a crack grows: the maximum hoop stress (Erdogan & Sih 1963).

The hoop stress at the tip is largest at the angle where the shear stress vanishes, K_I sin t + K_II (3 cos t - 1) = 0:

    tan(t / 2) = (K_I - sqrt(K_I^2 + 8 K_II^2)) / (4 K_II) = -2 K_II / (K_I + sqrt(K_I^2 + 8 K_II^2)),

and there it is that of a pure mode I with K_eq = cos^2(t / 2) (K_I cos(t / 2) - 3 K_II sin(t / 2)).
"""

import math

__all__ = ["equivalent_intensity", "hoop_angle"]


def hoop_angle(KI: float, KII: float) -> float:
    """Angle to the crack at which it goes on [rad], counter-clockwise.

    >>> round(math.degrees(hoop_angle(0.0, 1.0)), 4)
    -70.5288
    """
    below = KI + math.sqrt(KI**2 + 8 * KII**2)
    if below <= 0.0:
        return 0.0
    return 2 * math.atan(-2 * KII / below)


def equivalent_intensity(KI: float, KII: float) -> float:
    """K_eq of a pure mode I with the same largest hoop stress [Pa sqrt(m)]; the crack grows at the toughness.

    >>> equivalent_intensity(2.0, 0.0)
    2.0
    """
    half = hoop_angle(KI, KII) / 2
    return math.cos(half) ** 2 * (KI * math.cos(half) - 3 * KII * math.sin(half))
