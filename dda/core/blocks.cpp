#include "blocks.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "laws/material/path.hpp"

namespace dda {

Elasticity make_elasticity(double density, double young, double poisson, bool plane_strain) {
    Elasticity e{.density = density, .young = young, .poisson = poisson, .plane_strain = plane_strain};
    // Plane strain: lambda = E nu / ((1 + nu)(1 - 2 nu)), mu = E / (2 (1 + nu)); plane stress: E / (1 - nu^2) [1 nu; nu
    // 1].
    const double mu = young / (2.0 * (1.0 + poisson));
    const double lambda = young * poisson / ((1.0 + poisson) * (1.0 - 2.0 * poisson));
    const double diagonal = plane_strain ? lambda + 2.0 * mu : young / (1.0 - poisson * poisson);
    const double coupling = plane_strain ? lambda : young * poisson / (1.0 - poisson * poisson);
    e.D = {diagonal, coupling, 0.0, coupling, diagonal, 0.0, 0.0, 0.0, mu};
    if (plane_strain) e.D_zz = {lambda, lambda, 0.0};
    e.p_wave_modulus = diagonal;
    e.shear_modulus = mu;
    return e;
}

namespace {

struct PolygonIntegrals {
    double area = 0.0;
    Vec2 centroid;
    double xx = 0.0, xy = 0.0, yy = 0.0;  // second moments about the centroid
};

// Simplex integrals (Shi 1988): with a_k = x_k y_{k+1} - x_{k+1} y_k over the triangles (0, k, k + 1),
//   S = sum a_k / 2,  Sx = sum a_k (x_k + x_{k+1}) / 6,  Sxx = sum a_k (x_k^2 + x_k x_{k+1} + x_{k+1}^2) / 12,
//   Sxy = sum a_k (x_k y_{k+1} + 2 x_k y_k + 2 x_{k+1} y_{k+1} + x_{k+1} y_k) / 24,
// taken about the first vertex and then about the centroid, so that far-away coordinates cost no digits.
PolygonIntegrals integrate(const std::vector<Vec2>& p) {
    const Vec2 origin = p.front();
    const std::size_t n = p.size();
    PolygonIntegrals s;
    Vec2 first;
    for (std::size_t k = 0; k < n; ++k) {
        const Vec2 a = p[k] - origin, b = p[(k + 1) % n] - origin;
        const double c = cross(a, b);
        s.area += 0.5 * c;
        first = first + (c / 6.0) * (a + b);
    }
    const Vec2 offset = (1.0 / s.area) * first;
    s.centroid = origin + offset;
    for (std::size_t k = 0; k < n; ++k) {
        const Vec2 a = p[k] - origin - offset, b = p[(k + 1) % n] - origin - offset;
        const double c = cross(a, b);
        s.xx += c * (a.x * a.x + a.x * b.x + b.x * b.x) / 12.0;
        s.yy += c * (a.y * a.y + a.y * b.y + b.y * b.y) / 12.0;
        s.xy += c * (a.x * b.y + 2.0 * a.x * a.y + 2.0 * b.x * b.y + b.x * a.y) / 24.0;
    }
    return s;
}

void append_block(Blocks& b, const BlockData& data) {
    const int block = b.count();
    const PolygonIntegrals s = integrate(data.vertices);
    const double density = b.materials[data.material].density;
    b.slot.push_back(data.fixed ? -1 : b.moving++);
    b.group.push_back(data.group);
    b.material.push_back(data.material);
    b.mass.push_back(density * s.area);
    b.area.push_back(s.area);
    b.size.push_back(std::sqrt(s.area));
    b.centre.push_back(s.centroid);
    b.F.push_back({1.0, 0.0, 0.0, 1.0});
    b.moment.push_back({density * s.xx, density * s.xy, density * s.yy});
    const auto v = data.fixed ? std::array<double, 3>{} : data.velocity;
    b.velocity.push_back({v[0], v[1], v[2], 0.0, 0.0, 0.0});
    b.initial_stress.push_back(data.stress);
    b.stress.push_back(data.stress);
    b.internal.push_back(data.stress);
    b.strain.push_back({});
    b.strain_energy.push_back(0.0);
    b.tangent.push_back({});
    b.own_strain.push_back({});
    b.memory.push_back({});
    const Elasticity& e = b.materials[data.material];
    b.stress_zz.push_back(e.plane_strain ? e.poisson * (data.stress[0] + data.stress[1]) : 0.0);
    b.displacement.push_back({});
    b.rotation.push_back(0.0);

    const int begin = static_cast<int>(b.position.size()), n = static_cast<int>(data.vertices.size());
    double perimeter = 0.0;
    for (int k = 0; k < n; ++k) {
        const Vec2 before = data.vertices[(k + n - 1) % n], here = data.vertices[k], after = data.vertices[(k + 1) % n];
        b.reference.push_back(here - s.centroid);
        b.position.push_back(here);
        b.next.push_back(begin + (k + 1) % n);
        b.previous.push_back(begin + (k + n - 1) % n);
        b.owner.push_back(block);
        b.edge_joint.push_back(data.edge_joint.empty() ? -1 : data.edge_joint[k]);
        b.convex.push_back(cross(here - before, after - here) >= 0.0);
        b.slip.insert(b.slip.end(), 2, 0.0);
        perimeter += norm(after - here);
    }
    b.depth.push_back(2.0 * s.area / perimeter);
    b.first.push_back(begin + n);
}

// sigma -> R sigma R^T for (xx, yy, xy); for strain rates (ex, ey, gxy) pass gxy / 2 as xy.
std::array<double, 3> rotated(const std::array<double, 3>& s, double c, double sn) {
    return {c * c * s[0] + sn * sn * s[1] - 2.0 * c * sn * s[2], sn * sn * s[0] + c * c * s[1] + 2.0 * c * sn * s[2],
            c * sn * (s[0] - s[1]) + (c * c - sn * sn) * s[2]};
}

struct ElasticState {
    double c = 1.0, s = 0.0;          // rotation R of the polar decomposition
    std::array<double, 3> U{};        // xx, yy, xy
    std::array<double, 3> strain{};   // Biot, block frame: xx, yy, 2 xy
    std::array<double, 3> stress{};   // Biot, block frame
    double zz = 0.0, energy = 0.0;    // out-of-plane stress; energy of the block
    std::array<double, 9> tangent{};  // of a law that is not linear, block frame: on (xx, yy, 2 xy)
    Memory memory{};                  // of a law with a state
};

// Points of the way from strain to strain; with its end eight, what a kernel takes at once.
constexpr auto& PATH_AT = laws::LONG_WAY.at;
constexpr auto& PATH_WEIGHT = laws::LONG_WAY.weight;
constexpr int PATH = PATH_AT.size();
constexpr int PLANE[3] = {0, 1, 5};                               // places of xx, yy, xy in Mandel notation
constexpr double TO_MANDEL[3] = {1.0, 1.0, 0.70710678118654752};  // of 2 xy; from Mandel of the stress xy

// Adds stress and tangent of a law that is not linear at e.strain, and the work from `before` to there.
void add_law(const MaterialLaw& law, double area, const std::array<double, 3>& before, ElasticState& e) {
    double strain[(PATH + 1) * MANDEL] = {}, stress[(PATH + 1) * MANDEL], tangent[(PATH + 1) * MANDEL * MANDEL];
    std::array<double, 3> change;
    for (int i = 0; i < 3; ++i) change[i] = e.strain[i] - before[i];
    for (int p = 0; p <= PATH; ++p)
        for (int i = 0; i < 3; ++i)
            strain[MANDEL * p + PLANE[i]] =
                TO_MANDEL[i] * (p < PATH ? before[i] + PATH_AT[p] * change[i] : e.strain[i]);
    law.evaluate({strain, strain, {}, 0.0}, {stress, tangent, {}});
    const double* here = stress + MANDEL * PATH;
    const double* C = tangent + MANDEL * MANDEL * PATH;
    for (int i = 0; i < 3; ++i) {
        e.stress[i] += TO_MANDEL[i] * here[PLANE[i]];
        for (int p = 0; p < PATH; ++p)
            e.energy += area * PATH_WEIGHT[p] * TO_MANDEL[i] * stress[MANDEL * p + PLANE[i]] * change[i];
        for (int j = 0; j < 3; ++j)
            e.tangent[3 * i + j] = TO_MANDEL[i] * TO_MANDEL[j] * C[MANDEL * PLANE[i] + PLANE[j]];
    }
    e.zz += here[2];
}

// The strain (xx, yy, 2 xy) from which T_0 comes in plane strain.
std::array<double, 3> strain_of(const Elasticity& m, const std::array<double, 3>& T) {
    const double E = m.young, nu = m.poisson, across = nu * (1.0 + nu), along = 1.0 - nu * nu;
    return {(along * T[0] - across * T[1]) / E, (along * T[1] - across * T[0]) / E, T[2] / m.shear_modulus};
}

// The strain that a law is asked at: the block's own, and of a law with a state that of T_0.
Mandel asked(const Blocks& b, int block, const std::array<double, 3>& own) {
    const auto& m = b.elasticity(block);
    const auto first = m.states > 0 ? strain_of(m, b.initial_stress[block]) : std::array<double, 3>{};
    Mandel strain{};
    for (int i = 0; i < 3; ++i) strain[PLANE[i]] = TO_MANDEL[i] * (own[i] + first[i]);
    return strain;
}

// Stress, tangent (its symmetric part) and state of a law with a state at e.strain, from the state that the block has;
// the work on the way there, each of its points reached by one implicit step from where the block is.
void add_law_with_state(const Blocks& b, int block, double dt, bool work, ElasticState& e) {
    const Elasticity& m = b.elasticity(block);
    const auto& before = b.own_strain[block];
    const Mandel from = asked(b, block, before);
    const std::span<const double> old(b.memory[block].data(), m.states);
    double stress[MANDEL], tangent[MANDEL * MANDEL];
    Memory after{};
    const auto ask = [&](double part) {
        std::array<double, 3> own;
        for (int i = 0; i < 3; ++i) own[i] = before[i] + part * (e.strain[i] - before[i]);
        const Mandel strain = asked(b, block, own);
        m.law->evaluate({strain, from, old, part * dt}, {stress, tangent, std::span(after.data(), m.states)});
    };
    for (int p = 0; work && p < PATH; ++p) {
        ask(PATH_AT[p]);
        for (int i = 0; i < 3; ++i)
            e.energy += b.area[block] * PATH_WEIGHT[p] * TO_MANDEL[i] * stress[PLANE[i]] * (e.strain[i] - before[i]);
    }
    ask(1.0);
    e.memory = after;
    if (m.work >= 0) e.energy -= b.area[block] * (after[m.work] - old[m.work]);
    for (int i = 0; i < 3; ++i) {
        e.stress[i] = TO_MANDEL[i] * stress[PLANE[i]];
        for (int j = 0; j < 3; ++j)
            e.tangent[3 * i + j] = 0.5 * TO_MANDEL[i] * TO_MANDEL[j] *
                                   (tangent[MANDEL * PLANE[i] + PLANE[j]] + tangent[MANDEL * PLANE[j] + PLANE[i]]);
    }
    e.zz = stress[2];
}

// dt: of the whole way; work: its energy is asked for.
ElasticState elastic_state(const Blocks& b, int block, const std::array<double, 4>& F, double dt, bool work) {
    ElasticState e;
    const double norm = std::hypot(F[0] + F[3], F[2] - F[1]);
    e.c = (F[0] + F[3]) / norm;
    e.s = (F[2] - F[1]) / norm;
    e.U = {e.c * F[0] + e.s * F[2], e.c * F[3] - e.s * F[1], e.c * F[1] + e.s * F[3]};  // U = R^T F
    e.strain = {e.U[0] - 1.0, e.U[1] - 1.0, 2.0 * e.U[2]};
    const Elasticity& law = b.elasticity(block);
    const auto& T0 = b.initial_stress[block];
    e.zz = law.plane_strain ? law.poisson * (T0[0] + T0[1]) : 0.0;
    if (law.states > 0) {
        e.energy = b.strain_energy[block];
        add_law_with_state(b, block, dt, work, e);
        return e;
    }
    if (law.law) {
        const auto& before = b.own_strain[block];
        e.energy = b.strain_energy[block];
        for (int i = 0; i < 3; ++i) {
            e.stress[i] = T0[i];
            e.energy += b.area[block] * T0[i] * (e.strain[i] - before[i]);
        }
        add_law(*law.law, b.area[block], before, e);
        return e;
    }
    for (int i = 0; i < 3; ++i) {
        double elastic = 0.0;
        for (int j = 0; j < 3; ++j) elastic += law.D[3 * i + j] * e.strain[j];
        e.stress[i] = T0[i] + elastic;
        e.energy += b.area[block] * (T0[i] + 0.5 * elastic) * e.strain[i];
        e.zz += law.D_zz[i] * e.strain[i];
    }
    return e;
}

std::array<double, 4> product(const std::array<double, 4>& A, const std::array<double, 4>& F) {
    return {A[0] * F[0] + A[1] * F[2], A[0] * F[1] + A[1] * F[3], A[2] * F[0] + A[3] * F[2], A[2] * F[1] + A[3] * F[3]};
}

// sym(T U) in the block's frame, in which tau is.
std::array<double, 3> internal_of(const ElasticState& e) {
    const auto &T = e.stress, &U = e.U;
    return {T[0] * U[0] + T[2] * U[2], T[2] * U[2] + T[1] * U[1],
            0.5 * (T[0] * U[2] + T[2] * U[1] + T[2] * U[0] + T[1] * U[2])};
}

// P C P^T with stress -> P stress the rotation of (xx, yy, xy).
std::array<double, 9> rotated_tangent(const std::array<double, 9>& C, double c, double s) {
    const double P[9] = {c * c, s * s, -2.0 * c * s, s * s, c * c, 2.0 * c * s, c * s, -c * s, c * c - s * s};
    std::array<double, 9> PC{}, out{};
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)
            for (int k = 0; k < 3; ++k) PC[3 * i + j] += P[3 * i + k] * C[3 * k + j];
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)
            for (int k = 0; k < 3; ++k) out[3 * i + j] += PC[3 * i + k] * P[3 * j + k];
    return out;
}

}  // namespace

void update_stress(Blocks& b, int block) {
    const ElasticState e = elastic_state(b, block, b.F[block], b.dt, true);
    const auto strain = rotated({e.strain[0], e.strain[1], e.U[2]}, e.c, e.s);
    b.stress[block] = rotated(e.stress, e.c, e.s);
    b.internal[block] = rotated(internal_of(e), e.c, e.s);
    b.memory[block] = e.memory;
    b.stress_zz[block] = e.zz;
    b.strain[block] = {strain[0], strain[1], 2.0 * strain[2]};
    b.strain_energy[block] = e.energy;
    b.own_strain[block] = e.strain;
    if (b.elasticity(block).law) b.tangent[block] = rotated_tangent(e.tangent, e.c, e.s);
}

void restore_law(Blocks& b, int block) {
    if (!b.elasticity(block).law) return;
    const auto& F = b.F[block];
    const double norm = std::hypot(F[0] + F[3], F[2] - F[1]), c = (F[0] + F[3]) / norm, s = (F[2] - F[1]) / norm;
    b.own_strain[block] = {c * F[0] + s * F[2] - 1.0, c * F[3] - s * F[1] - 1.0, 2.0 * (c * F[1] + s * F[3])};
    update_stress(b, block);
}

bool untrusted(const Blocks& b, int block) {
    const Elasticity& m = b.elasticity(block);
    if (!m.law) return false;
    const std::span<const double> state(b.memory[block].data(), m.states);
    return m.law->untrusted(asked(b, block, b.own_strain[block]), state) > 0;
}

Blocks make_blocks(const ModelData& model) {
    Blocks b;
    for (const MaterialData& m : model.materials) {
        b.materials.push_back(make_elasticity(m.density, m.young, m.poisson, model.plane_strain));
        Elasticity& made = b.materials.back();
        made.law = m.law;
        if (!m.law) continue;
        const auto names = m.law->state_names();
        if (names.size() > MEMORY)
            throw std::invalid_argument("the law of a block has at most " + std::to_string(MEMORY) + " states, not " +
                                        std::to_string(names.size()));
        made.states = static_cast<int>(names.size());
        const auto work = std::find(names.begin(), names.end(), "work");
        if (work != names.end()) made.work = static_cast<int>(work - names.begin());
    }
    b.first.push_back(0);
    for (const BlockData& data : model.blocks) {
        append_block(b, data);
        restore_law(b, b.count() - 1);
    }
    return b;
}

namespace {

// D + D S_e + S_e^T D + S_T
std::array<double, 9> with_geometry(const Blocks& b, int block, const std::array<double, 9>& D) {
    const auto& e = b.strain[block];
    const auto& T = b.stress[block];
    const double c = 0.5 * e[2];
    const std::array<double, 9> S{e[0], 0.0, 0.5 * c, 0.0, e[1], 0.5 * c, c, c, 0.5 * (e[0] + e[1])};
    const double h = 0.5 * T[2];
    std::array<double, 9> K{T[0], 0.0, h, 0.0, T[1], h, h, h, 0.25 * (T[0] + T[1])};
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
            K[3 * i + j] += D[3 * i + j];
            for (int k = 0; k < 3; ++k) K[3 * i + j] += D[3 * i + k] * S[3 * k + j] + S[3 * k + i] * D[3 * k + j];
        }
    return K;
}

}  // namespace

std::array<double, 9> elastic_tangent(const Blocks& b, int block) {
    return with_geometry(b, block, b.elasticity(block).law ? b.tangent[block] : b.elasticity(block).D);
}

LawForce law_force(const Blocks& b, int block, const Vec6& d, double theta) {
    const Vec6 part{0.0, 0.0, 0.0, theta * d[3], theta * d[4], theta * d[5]};
    const StepMap map = step_map({}, part);
    const ElasticState e = elastic_state(b, block, product(map.A, b.F[block]), theta * b.dt, false);
    return {rotated(internal_of(e), e.c, e.s), with_geometry(b, block, rotated_tangent(e.tangent, e.c, e.s))};
}

double strain_energy_after(const Blocks& b, int block, const StepMap& map) {
    return elastic_state(b, block, product(map.A, b.F[block]), b.dt, true).energy;
}

StepMap step_map(Vec2 centre, const Vec6& d) {
    const double c = std::cos(d[2]), s = std::sin(d[2]);
    const double xx = 1.0 + d[3], yy = 1.0 + d[4], xy = 0.5 * d[5];
    return {centre, {d[0], d[1]}, {c * xx - s * xy, c * xy - s * yy, s * xx + c * xy, s * xy + c * yy}};
}

Mat6 mass_matrix(const Blocks& b, int block) {
    // The second moments follow the deformation: S = F S0 F^T. With the centroid as origin the first moments vanish.
    const auto& F = b.F[block];
    const auto& m = b.moment[block];
    const double a00 = F[0] * m[0] + F[1] * m[1], a01 = F[0] * m[1] + F[1] * m[2];
    const double a10 = F[2] * m[0] + F[3] * m[1], a11 = F[2] * m[1] + F[3] * m[2];
    const double xx = a00 * F[0] + a01 * F[1], xy = a00 * F[2] + a01 * F[3], yy = a10 * F[2] + a11 * F[3];
    Mat6 M;
    M(0, 0) = M(1, 1) = b.mass[block];
    M(2, 2) = xx + yy;
    M(3, 3) = xx;
    M(4, 4) = yy;
    M(5, 5) = 0.25 * (xx + yy);
    M(2, 3) = M(3, 2) = -xy;
    M(2, 4) = M(4, 2) = xy;
    M(2, 5) = M(5, 2) = 0.5 * (xx - yy);
    M(3, 5) = M(5, 3) = 0.5 * xy;
    M(4, 5) = M(5, 4) = 0.5 * xy;
    return M;
}

void move_block(Blocks& b, int block, const Vec6& d) {
    const StepMap map = step_map(b.centre[block], d);
    b.F[block] = product(map.A, b.F[block]);
    b.centre[block] = b.centre[block] + map.shift;
    b.displacement[block] = b.displacement[block] + map.shift;
    b.rotation[block] += d[2];
    for (int k = b.first[block]; k < b.first[block + 1]; ++k) b.position[k] = b.place(block, b.reference[k]);

    update_stress(b, block);
    const double c = std::cos(d[2]), s = std::sin(d[2]);
    auto& v = b.velocity[block];
    const auto rate = rotated({v[3], v[4], 0.5 * v[5]}, c, s);
    v[3] = rate[0];
    v[4] = rate[1];
    v[5] = 2.0 * rate[2];
}

}  // namespace dda
