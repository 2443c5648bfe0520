"""Cracks: stress intensity against closed forms and other ways to get it, branch functions, the angle, bad input."""

import numpy as np
import pytest

import dda
import nmm
from dda.errors import InputError
from nmm.branch import TERMS, branch_functions
from nmm.crack import Tip

ROCK = dda.Material(2600.0, 1e9, 0.25)


def tip(path, radius=0.5) -> Tip:
    return Tip(0, 1, np.array(path, dtype=float), radius, radius)


def strip(
    crack, *, half=1.0, high=3.0, size=0.16, order=1, cover=nmm.Triangles, plane="strain", angle=7.0, **options
) -> nmm.Model:
    model = nmm.Model(gravity=(0, 0), plane=plane, cover=cover(size, (0.013, 0.027), angle))
    model.add_body([(-half, -high), (half, -high), (half, high), (-half, high)], ROCK)
    model.add_crack(crack, **options)
    model.add_traction((0, 0), (0, -1e6))
    model.add_traction((0, 2), (0, 1e6))
    for x in (-half, half):
        model.hold_point((x, 0.0), 1e3)
    return model


def solved(model: nmm.Model, order: int = 1) -> nmm.Simulation:
    sim = nmm.Simulation(model, order)
    sim.solve()
    return sim


@pytest.mark.parametrize("n", range(len(TERMS)))
def test_branch_functions_have_the_derivatives_they_say(n) -> None:
    rng = np.random.default_rng(3)
    end = tip([(0.3, 0.2), (0.0, 0.0), (-1.0, 0.4)])
    x = end.position + 0.3 * rng.uniform(-1, 1, (30, 2))

    def values(points):
        r, t = end.polar(points)
        f, along, across = branch_functions(r, t, end.radius, (TERMS[n],))
        return f, *end.cartesian(t, along, across)

    h = 1e-6
    _, fx, fy = values(x)
    for derivative, step in ((fx, [h, 0]), (fy, [0, h])):
        difference = (values(x + step)[0] - values(x - np.array(step))[0]) / (2 * h)
        np.testing.assert_allclose(derivative, difference, rtol=1e-6, atol=1e-6)


def test_branch_functions_end_at_the_rim() -> None:
    f, along, across = branch_functions(np.array([0.5, 0.7]), np.array([1.0, -2.0]), 0.5)
    np.testing.assert_array_equal([np.abs(f).max(), np.abs(along).max(), np.abs(across).max()], 0.0)


def test_the_angle_jumps_across_a_bent_crack_only() -> None:
    bent = tip([(0, 0), (-0.2, 0.0), (-0.4, -0.3), (-2, -0.3)])
    t = np.linspace(0, 2 * np.pi, 2001)
    angle = bent.polar(0.45 * np.column_stack([np.cos(t), np.sin(t)]))[1]
    jumps = np.flatnonzero(np.abs(np.diff(angle)) > 1.0)
    assert len(jumps) == 1
    at = t[jumps[0]]
    assert 0.45 * np.array([np.cos(at), np.sin(at)]) == pytest.approx([-0.3704, -0.2556], abs=2e-3)
    assert abs(np.diff(angle)[jumps[0]]) == pytest.approx(2 * np.pi, rel=1e-2)


@pytest.mark.parametrize(
    ("cover", "plane", "shape"),
    [(nmm.Triangles, "strain", 0.4), (nmm.Rectangles, "stress", 0.4), (nmm.Triangles, "stress", 0.5)],
)
def test_a_centre_crack(cover, plane, shape) -> None:
    sim = solved(strip([(-shape, 0), (shape, 0)], cover=cover, plane=plane))
    F = (1 - 0.025 * shape**2 + 0.06 * shape**4) / np.sqrt(np.cos(np.pi * shape / 2))
    expected = 1e6 * np.sqrt(np.pi * shape) * F
    for K in sim.stress_intensity()["crack0"].values():
        assert pytest.approx(expected, rel=0.01) == K.KI
        assert abs(K.KII) < 0.005 * expected
        assert pytest.approx(K.J, rel=0.03) == K.J_direct


def test_a_rigid_turn_and_a_uniform_stress_have_no_intensity() -> None:
    """Stress along the crack, initial stress and a rotation leave the tips alone."""
    model = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(0.3, (0.013, 0.027), 7.0))
    model.add_body([(-1, -1), (1, -1), (1, 1), (-1, 1)], ROCK, initial_stress=(-3e6, 0, 0))
    model.add_crack([(-0.5, 0), (0.5, 0)])
    for side in range(4):
        model.set_displacement((0, side), lambda x: np.column_stack([1e-3 * x[:, 0] - 2e-3 * x[:, 1], 2e-3 * x[:, 0]]))
    K = solved(model).stress_intensity()["crack0"]["tip2"]
    lateral = 1e9 * 0.25 / (1.25 * 0.5) * 1e-3  # lambda eps_xx, the stress across a plane without crack
    assert abs(K.KII) < 5e-3 * K.KI
    assert 0.6 * lateral < K.KI / np.sqrt(np.pi / 2) < lateral  # only sigma_yy opens it, less in a body of held sides


def test_pressure_in_the_crack_is_tension_far_away() -> None:
    """Superposition: sigma_yy = p far away, less a uniform pressure p, loads the faces by p."""
    pulled = solved(strip([(-0.4, 0), (0.4, 0)])).stress_intensity()["crack0"]["tip1"]
    pressed = nmm.Model(gravity=(0, 0), cover=nmm.Triangles(0.16, (0.013, 0.027), 7.0))
    pressed.add_body([(-1, -3), (1, -3), (1, 3), (-1, 3)], ROCK)
    pressed.add_crack([(-0.4, 0), (0.4, 0)], pressure=1e6)
    for x in (-1, 1):
        pressed.hold_point((x, 0.0), 1e3)
    own = solved(pressed).stress_intensity()["crack0"]["tip1"]
    assert pytest.approx(pulled.KI, rel=1e-3) == own.KI


def test_energy_release_is_the_derivative_of_the_energy() -> None:
    """J = d(strain energy) / d a for constant loads, both tips growing: another way to the same number."""
    energy, release = [], []
    for a in (0.38, 0.42):
        sim = solved(strip([(-a, 0), (a, 0)], size=0.2), order=2)
        energy.append(sim.strain_energy)
        release.append(sum(K.J for K in sim.stress_intensity()["crack0"].values()))
    assert (energy[1] - energy[0]) / 0.04 == pytest.approx(np.mean(release), rel=0.01)


def test_body_force_is_part_of_the_integral() -> None:
    """Two domains of integration give one K in a heavy body: they would not without its body force."""
    model = nmm.Model(gravity=(0, -9.81), cover=nmm.Triangles(0.13, (0.013, 0.027), 7.0))
    model.add_body([(-1, -2), (1, -2), (1, 2), (-1, 2)], ROCK)
    model.add_crack([(-0.5, 0), (0.5, 0)], "wide")
    model.fix((0, 2))
    sim = solved(model)
    whole = sim.stress_intensity()["wide"]["tip1"].KI
    ends = sim.equations.enrichment.tips
    sim.equations.enrichment.tips = [Tip(t.crack, t.number, t.path, t.radius, t.reach / 2) for t in ends]
    assert pytest.approx(whole, rel=0.01) == sim.stress_intensity()["wide"]["tip1"].KI
    assert 0.3 < whole / (2600 * 9.81 * 2 * np.sqrt(np.pi / 2)) < 1.5


def test_the_matrix_stays_as_well_conditioned_as_without_branch_functions() -> None:
    numbers = []
    for radius, size in ((0.0, 0.4), (None, 0.4), (None, 0.25)):
        system = nmm.Simulation(strip([(-0.4, 0), (0.4, 0)], radius=radius, size=size, high=1.2)).equations.system()
        start, column, blocks = system.blocks()
        n = len(start) - 1
        matrix = np.zeros((2 * n, 2 * n))
        for i in range(n):
            for p in range(start[i], start[i + 1]):
                matrix[2 * i : 2 * i + 2, 2 * column[p] : 2 * column[p] + 2] = blocks[p]
        scale = 1 / np.sqrt(np.diag(matrix))
        values = np.linalg.eigvalsh(scale[:, None] * matrix * scale)
        numbers.append(values[-1] / values[3])  # three rigid motions on weak springs
    assert numbers[1] < 300 * numbers[0]
    assert numbers[2] < 10 * numbers[1]


BODY = [(0, 0), (4, 0), (4, 2), (0, 2)]


@pytest.mark.parametrize(
    ("points", "options", "says"),
    [
        ([(1, 3), (2, 3)], {}, "outside the bodies"),
        ([(-1, 1), (5, 1)], {}, "leaves the body"),
        ([(1, 1), (9, 1)], {}, "leaves the body"),
        ([(0, 1), (4, 1)], {}, "through the whole body"),
        ([(1, 1)], {}, "not a crack"),
        ([(1, 1), (1, 1), (2, 1)], {}, "not a crack"),
        ([(1, 1), (2, 1), (2, 1.5), (1.5, 0.5)], {}, "crosses itself"),
        ([(1, 1), (2, 1)], {"pressure": np.nan}, "pressure"),
        ([(1, 1), (2, 1)], {"radius": -1.0}, "radius"),
        ([(2.6, 0.5), (3.4, 0.5)], {}, "coincide"),
    ],
)
def test_what_is_no_crack_is_refused(points, options, says) -> None:
    model = nmm.Model()
    model.add_body(BODY, ROCK)
    model.add_crack([(3, 0.5), (2.5, 0.5)], "first")
    with pytest.raises(InputError, match=says):
        model.add_crack(points, **options)


def test_a_disc_larger_than_the_ligament_is_refused() -> None:
    model = nmm.Model()
    model.add_body(BODY, ROCK)
    model.add_crack([(1, 1), (3.8, 1)], radius=0.5)
    model.fix((0, 0))
    with pytest.raises(InputError, match="ligament") as error:
        nmm.Simulation(model)
    assert "0.2 m" in str(error.value)


def test_a_crack_needs_a_body_and_a_name_of_its_own() -> None:
    model = nmm.Model()
    with pytest.raises(InputError, match="without a body"):
        model.add_crack([(1, 1), (2, 1)])
    model.add_body(BODY, ROCK)
    model.add_crack([(1, 1), (2, 1)], "a")
    with pytest.raises(InputError, match="one name"):
        model.add_crack([(1, 1.5), (2, 1.5)], "a")
