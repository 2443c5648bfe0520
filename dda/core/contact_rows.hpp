// The candidates of one step as rows over the unknowns, with what the open-close iteration knows of each.
//
// Normal row  q_n = n . (u(vertex) - u(foot)), tangential row q_t = t . (u(vertex) - u(foot)), foot = the projection of
// the vertex on the edge as a material point of the edge's block. Arms and normal are those of the middle of the step
// as the spins foretell it: (R(r) - 1) X = 2 sin(r/2) J R(r/2) X, so q_n is the change of the gap to second order, and
// the force of a contact that stays closed does no work however the blocks turn. The gap itself is measured on the
// exactly rotated geometry in every iteration, g(d) = g_c + q_n with g_c = g(d_k) - q_n(d_k), so that what converges is
// the true gap.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "contact.hpp"
#include "scheme.hpp"

namespace dda {

/// What the last multipliers of a contact left of its gap or sliding, and how often in a row it stayed as it was.
struct Miss {
    double miss = 0.0;  ///< [m]
    int stalls = 0;
    double given = 0.0;  ///< what of it was given up in this step [m]
};

struct ContactRow {
    int contact = -1;              ///< index into the contacts; -1 for a fixed point
    int pin = -1;                  ///< index into the fixed points; -1 for a contact
    bool counted = true;           ///< in sums over all ranks: another rank does not count it too
    std::array<int, 2> slot{};     ///< of the vertex's and of the edge's block; -1 fixed
    std::array<Vec6, 2> n{}, t{};  ///< rows of the gap and of the sliding
    double fixed_n = 0.0,
           fixed_t = 0.0;  ///< part of the gap and sliding that prescribed motion of fixed blocks makes [m]

    double penalty = 0.0;   ///< numerical stiffness, normal and tangential [N/m]
    double spring_n = 0.0;  ///< physical normal stiffness times length [N/m]; 0 = rigid
    double spring_t = 0.0;
    double rest = 0.0;         ///< gap at which the penalty as a spring has no force [m]
    double damping = 0.0;      ///< of that spring where it rests or slides, over dt [N/m]
    double drag = 0.0;         ///< see Contact [N/m]
    bool sprung = false;       ///< the penalty is a spring
    double period = 0.0;       ///< of the blocks on it as the scheme takes it, and a step [s]
    double closed_for = 0.0;   ///< see Contact [s]
    bool preloaded = false;    ///< which takes over the force of a rigid contact in this step
    double target = 0.0;       ///< gap to reach at the end [m]: 0, or part of a penetration found at the start
    double force_scale = 0.0;  ///< a force typical of the two blocks [N/m]
    double size = 0.0;         ///< of the smaller block [m]
    double inertia = 0.0;      ///< 2 m / dt^2 of the two blocks together [N/m]

    double forgivable = 0.0;  ///< miss of the target that may be given up [m]
    Miss miss_n, miss_t;
    bool forgiven = false;  ///< the gap was given up

    bool bonded = false, stuck = false;
    bool rigid = false;                                ///< an impact with restitution: the faces do not deform
    double mu = 0.0;                                   ///< friction coefficient of the outer iterate
    double mu_stick = 0.0, mu_slide = 0.0;             ///< friction coefficient if it sticks, if it slides
    double cohesion_force = 0.0, tension_force = 0.0;  ///< of the bond [N/m]

    double rebound = 0.0;             ///< normal speed that the contact leaves with after an impact [m/s]
    double speed0 = 0.0;              ///< of sliding in the last step [m/s]
    double gap0 = 0.0, along0 = 0.0;  ///< at the start of the step [m], [fraction]
    double offset0 = 0.0;             ///< distance from the lock point at the start of the step [m]

    double before_n = 0.0, before_t = 0.0;  ///< forces of the last step [N/m]

    // Outer iterate: multipliers [N/m].
    double multiplier_n = 0.0, multiplier_t = 0.0;

    // Inner iterate: gap and sliding in this step on the true geometry [m], their linearisation, forces [N/m].
    double gap = 0.0, slide = 0.0;
    double gap_linear = 0.0, slide_linear = 0.0;
    double normal = 0.0, shear = 0.0;  ///< compression positive; on the vertex's block along the edge
    ContactState state = ContactState::open;

    // What the last solve used: force at d = 0 and stiffness, and the force that came out of it.
    double solve_n = 0.0, solve_t = 0.0, stiff_n = 0.0, stiff_t = 0.0, cross = 0.0;
    double used_n = 0.0, used_t = 0.0;
};

/// A point of a block held where it is: a contact that is always bonded, with unlimited strength.
struct Pin {
    int block = 0;
    Vec2 reference;                    ///< material point, relative to the block's initial centroid [m]
    Vec2 place;                        ///< where it is held [m]
    double normal = 0.0, shear = 0.0;  ///< forces along y and x [N/m]
};

struct ContactOptions {
    double stiffness = 0.0;         ///< N/m per contact, 0 = automatic
    double factor = 3.0;            ///< automatic: factor * (E + 2 m / dt^2), m the reduced mass of the two blocks
    double force_tolerance = 1e-4;  ///< of the force scale: unbalanced contact force
    double gap_tolerance = 3e-9;    ///< of the block size: penetration and creep of a rigid contact in a step
    double loose_tolerance = 1e-4;  ///< the same where the contacts do not come to rest within `patience` iterations
    int patience = 40;
    double slow_change = 0.05;  ///< of what the forces of all rigid contacts changed by in the step (root of the sum of
                                ///< squares): change of their multipliers that counts as rest where renewing them
                                ///< hardly makes it smaller
    int slow_patience = 20;     ///< iterations before that counts as rest: most steps come to full rest by then
    double slow_slack = 10.0;   ///< and what every single contact may miss then, of its own tolerances
    double foresight = 0.5;  ///< part of a force's change in the last step that the first guess of its multiplier adds;
                             ///< with 1 small errors of the forces pass from step to step
    double recovery = 0.2;   ///< part of a penetration found at the start that one step takes back
    double recovery_speed = 0.0;  ///< and how fast it does so at most [m/s], so that a cut step is a gentler one
    double forgiven = 1e-6;       ///< of the block size: a miss that is given up where it cannot be taken back
    bool elastic_impact = false;  ///< the penalty is a true spring (scheme conserving)
    bool stuck = false;           ///< contacts have more friction than any load can use, and no bond may break
};

/// Options of contact as inequalities.
ContactOptions inequality_options();

/// Rows of all candidates and fixed points at the start of a step of length dt.
std::vector<ContactRow> make_rows(const Blocks& blocks, const std::vector<Contact>& contacts,
                                  std::span<const int> candidates, std::span<const Pin> pins, const JointTable& joints,
                                  const ContactOptions& options, double dt, std::span<const double> force_scale,
                                  double acceleration);

/// Let the rows of a step stand on the geometry in which the blocks have turned by `angle` [rad], one a slot, since its
/// start.
void turn_row(ContactRow& row, const Blocks& blocks, const std::vector<Contact>& contacts, std::span<const Pin> pins,
              std::array<double, 2> angle);

/// q = row . d over the moving blocks of a contact.
inline double row_times(const std::array<int, 2>& slot, const std::array<Vec6, 2>& r, std::span<const Vec6> d) {
    double q = 0.0;
    for (int side = 0; side < 2; ++side)
        if (slot[side] >= 0) q += dot(r[side], d[slot[side]]);
    return q;
}

/// Measure gap and sliding on the geometry that the maps (one a block) lead to, and the constants of the linearisation.
void measure_row(ContactRow& row, const Blocks& blocks, const std::vector<Contact>& contacts, std::span<const Pin> pins,
                 std::span<const StepMap> maps, std::span<const Vec6> d);

}  // namespace dda
