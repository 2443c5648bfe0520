"""A wall on ground that yields: the ground learned from random motions of its surface, beside the ground itself.

Both runs are the same but for the ground. None of the loads was in the training, which knew no wall.
"""

import time

import numpy as np

import harmony
from harmony.coupling.build import build_coupling


def go(case, **values):
    """A coupled run: motion and force of the interface in every window, its coupling, its ground and the CPU time [s]
    of an answer."""
    coupled = build_coupling(case.with_values(values) if values else case)
    coupling, ground = coupled.coupling, coupled.parts["Ground"].participant
    spent, advance = [], ground.advance

    def timed(dt):
        begun = time.process_time()
        advance(dt)
        spent.append(time.process_time() - begun)

    ground.advance = timed
    motion, force = [], []
    while coupling.time < coupling.max_time * (1.0 - 1e-9):
        coupling.advance()
        motion.append(coupling.value("Wall", "Displacement").copy())
        force.append(coupling.value("Ground", "Force").copy())
    return np.array(motion), np.array(force), coupling, ground, float(np.mean(spent))


def apart(one, other):
    """|one - other| / |other| over space and time [-]."""
    return float(np.linalg.norm(one - other) / np.linalg.norm(other))


def run(case: harmony.Case) -> dict[str, float]:
    """Errors of displacement and force, more iterations, energies over the work, answers of the ground itself."""
    whole, learned = case.beside("coupled.yaml"), case.beside("learned.yaml")
    found = {}

    full, made = go(whole), go(learned)
    more = [b.iterations - a.iterations for a, b in zip(full[2].reports, made[2].reports, strict=True)]
    work, energy = next(iter(made[2].total_work.values())), made[3].energy
    found |= {
        "implicit.displacement": apart(made[0], full[0]),
        "implicit.force": apart(made[1], full[1]),
        "implicit.iterations": max(more),
        "implicit.energy": abs(work.error / work.given),
        "implicit.body": abs(work.given + energy["strain"] + energy["dissipated"]) / abs(work.given),
        "implicit.trust": made[3].trust,
        "yielded": energy["dissipated"] / (energy["strain"] + energy["dissipated"]),
        "cost": full[4] / made[4],
    }

    explicit = {"scheme.type": "serial-explicit", "scheme.time_window_size": 0.01}
    other = explicit | {"participants.Wall.case": "eccentric.yaml"}
    full, made = go(whole, **other), go(learned, **other)
    # in an explicit scheme the ground answers to the motion of the window before
    motion, force, energy = made[0][:-1], made[1][1:], made[3].energy
    given = -0.5 * ((force[1:] + force[:-1]) * np.diff(motion, axis=0)).sum() - 0.5 * (force[0] * motion[0]).sum()
    found |= {
        "explicit.displacement": apart(made[0], full[0]),
        "explicit.force": apart(made[1], full[1]),
        "explicit.body": abs(given - energy["strain"] - energy["dissipated"]) / given,
    }

    harder = explicit | {"participants.Wall.case": "harder.yaml", "scheme.max_time": 0.7}
    full, made = go(whole, **harder), go(learned, **harder)
    return found | {"gate.asked": made[3].asked, "gate.displacement": apart(made[0], full[0])}
