#include "contact_rows.hpp"

#include <algorithm>
#include <cmath>

namespace dda {
namespace {

Vec6 negative(const Vec6& a) {
    Vec6 b{};
    for (int i = 0; i < 6; ++i) b[i] = -a[i];
    return b;
}

// The point or direction turned by an angle [rad]; not at all by none, to the last bit.
Vec2 turned(Vec2 a, double angle) {
    if (angle == 0.0) return a;
    const double c = std::cos(angle), s = std::sin(angle);
    return {c * a.x - s * a.y, s * a.x + c * a.y};
}

// Rows whose impulse sets the blocks into rigid motion: M (v, 0) = row needs the strain part M_sr M_rr^-1 row_r. It is
// zero for a square; a slender block, whose spin and shear are nearly one motion, would otherwise shear.
void no_strain(ContactRow& r, const Blocks& b, std::array<int, 2> block) {
    for (int side = 0; side < 2; ++side) {
        if (r.slot[side] < 0) continue;
        const Mat6 M = mass_matrix(b, block[side]);
        for (int k = 3; k < 6; ++k) {
            r.n[side][k] = M(k, 2) / M(2, 2) * r.n[side][2];
            r.t[side][k] = M(k, 2) / M(2, 2) * r.t[side][2];
        }
    }
}

double reduced(double a, bool a_moves, double b, bool b_moves) {
    if (!a_moves) return b;
    if (!b_moves) return a;
    return a * b / (a + b);
}

// Young's modulus of the softer of the blocks that deform.
double softer_young(const Blocks& b, int i, int j) {
    if (b.slot[i] < 0) return b.elasticity(j).young;
    if (b.slot[j] < 0) return b.elasticity(i).young;
    return std::min(b.elasticity(i).young, b.elasticity(j).young);
}

// Inertia that a step of length dt sets against the relative motion of two blocks, 2 m / dt^2 with the reduced mass.
double inertia_of(const Blocks& b, int i, int j, double dt) {
    return 2.0 * reduced(b.mass[i], b.slot[i] >= 0, b.mass[j], b.slot[j] >= 0) / (dt * dt);
}

// Automatic penalty of two blocks: the order of E, and large against the inertia of the step, so that the
// augmented-Lagrangian iteration contracts by about 1 / factor whatever dt is.
double automatic_penalty(const Blocks& b, int i, int j, double dt, double factor) {
    return factor * (softer_young(b, i, j) + inertia_of(b, i, j, dt));
}

// The penalty as a true spring (scheme conserving): soft against the block itself, so that an impact sends its energy
// back and not into the block's own vibration, whatever dt is. A square block resonates at sqrt(12 E / m), on two
// corner springs at sqrt(2 K / m); a fifth of E keeps the two frequencies more than five times apart.
constexpr double ELASTIC_IMPACT = 0.2;

// Numerical springs without damping ring for ever, and under a block that slides they flutter: its friction feeds the
// modes of rocking and shear (mode coupling, as of squealing brakes), until it hops. An impact lasts half a period of
// the mass on its springs, pi sqrt(m / K) on one of them, and somewhat longer where the block itself gives way. What
// stays closed for a whole one rests or slides, though it may open for less than that, and its spring has DAMPING of
// the critical one, so that impacts send all their energy back and rest is rest.
//
// The midpoint rule turns a mass on its spring by 2 atan(omega dt / 2) a step: a period takes pi dt / atan(omega dt /
// 2), two steps at least, which is longer than 2 pi / omega where the step is. It is counted from the end of the step
// in which the contact closed.
// Flutter is of what slides, and grows with friction: to DAMPING there sliding adds ROUGH times p_t / p_n, up to 1.
constexpr double DAMPING = 0.3, ROUGH = 0.4;

void set_spring(ContactRow& r, const Contact& c, double dt) {
    const double mass = 0.5 * r.inertia * dt * dt;
    r.period = M_PI * dt / std::atan(0.5 * dt * std::sqrt(r.penalty / mass)) + dt;
    r.sprung = true;
    r.preloaded = c.closed() && !c.sprung;
    if (r.preloaded && r.spring_t == 0.0) r.offset0 = -c.shear / r.penalty;
    if (r.spring_n > 0.0) return;
    if (!c.closed())
        r.rest = std::min(0.0, c.gap);  // found behind the face, of which another contact knows the force
    else
        r.rest = r.preloaded ? c.gap + c.normal / r.penalty : c.rest;
    r.closed_for = r.preloaded && c.normal > 0.0 ? INFINITY : c.closed_for;
    r.drag = c.drag;
    if (r.closed_for <= r.period) return;
    const bool rubs = c.state == ContactState::sliding && c.normal > 0.0;
    const double part = DAMPING + (rubs ? ROUGH * std::min(1.0, std::abs(c.shear) / c.normal) : 0.0);
    r.damping = part * 2.0 * std::sqrt(r.penalty * mass) / dt;
}

// Bonds and fixed points never open or slide: a stiffer penalty costs no iterations and holds them nearer.
constexpr double BONDED = 30.0;

// What x is outside of +-dead.
double beyond(double x, double dead) {
    return std::copysign(std::max(0.0, std::abs(x) - dead), x);
}

// Of the force scale: less of a change is not foreseen. At rest the forces change by what the iteration leaves of them,
// and carried on that would grow from step to step.
constexpr double FORESEEN = 1e-2;

// Restitution is a law of rigid bodies: in the step in which two blocks hit each other their faces do not deform, so
// that the impulse changes velocities and not stresses. Slower than a step of free fall it is no impact but rest.
constexpr double SLOWEST_REBOUND = 1.0;  // g dt

void rebound(ContactRow& r, const Blocks& b, double restitution, std::array<int, 2> block, double fall) {
    double approach = 0.0;
    for (int side = 0; side < 2; ++side)
        if (r.slot[side] >= 0) approach -= dot(r.n[side], b.velocity[block[side]]);
    if (approach <= 0.0) return;
    if (approach > SLOWEST_REBOUND * fall) r.rebound = restitution * approach;
    r.rigid = true;
    no_strain(r, b, block);
}

// Half of what a block turns in the step by its spin [rad].
double half_turn(const Blocks& b, int block, double dt) {
    return b.slot[block] < 0 ? 0.0 : 0.5 * dt * b.velocity[block][2];
}

void set_contact_rows(ContactRow& r, const Blocks& b, const Contact& c, std::array<double, 2> angle) {
    const int i = b.owner[c.vertex], j = b.owner[c.edge];
    const EdgeFrame f = edge_frame(b, c.edge);
    const Vec2 arm = turned(b.position[c.vertex] - b.centre[i], angle[0]);
    const Vec2 foot = turned(f.start + (r.along0 * f.length) * f.tangent - b.centre[j], angle[1]);
    const Vec2 n = turned(f.normal, angle[1]), t = turned(f.tangent, angle[1]);
    r.n = {shape_row(arm, n), negative(shape_row(foot, n))};
    r.t = {shape_row(arm, t), negative(shape_row(foot, t))};
    if (r.rigid) no_strain(r, b, {b.owner[c.vertex], b.owner[c.edge]});
}

void set_pin_rows(ContactRow& r, const Blocks& b, const Pin& pin, double angle) {
    const Vec2 arm = turned(b.place(pin.block, pin.reference) - b.centre[pin.block], angle);
    r.n = {shape_row(arm, {0.0, 1.0}), Vec6{}};
    r.t = {shape_row(arm, {1.0, 0.0}), Vec6{}};
}

ContactRow make_contact_row(const Blocks& b, const Contact& c, int index, const JointTable& joints,
                            const ContactOptions& options, double dt, std::span<const double> force_scale,
                            double acceleration) {
    const int i = b.owner[c.vertex], j = b.owner[c.edge];
    const EdgeFrame f = edge_frame(b, c.edge);
    const JointData& joint = joints[c.joint];

    ContactRow r;
    r.contact = index;
    r.slot = {b.slot[i], b.slot[j]};
    r.size = std::min(b.size[i], b.size[j]);
    r.inertia = inertia_of(b, i, j, dt);
    const bool bonded = c.bonded && (joint.cohesion > 0.0 || joint.tension > 0.0);
    r.penalty = options.stiffness > 0.0 ? options.stiffness
                : options.elastic_impact && !bonded
                    ? ELASTIC_IMPACT * softer_young(b, i, j)
                    : automatic_penalty(b, i, j, dt, (bonded ? BONDED : 1.0) * options.factor);
    r.spring_n = joint.normal_stiffness * c.length;
    r.spring_t = joint.shear_stiffness * c.length;
    r.gap0 = r.gap = c.gap;
    r.along0 = c.along;
    set_contact_rows(r, b, c, {half_turn(b, i, dt), half_turn(b, j, dt)});
    r.speed0 = c.speed;
    r.forgivable = bonded || options.elastic_impact ? 0.0 : options.forgiven * r.size;
    r.forgiven = c.forgiven && c.closed() && std::abs(c.gap) <= r.forgivable;
    if (r.forgiven)
        r.target = c.gap;
    else if (c.gap < 0.0)
        r.target = c.gap + std::min(-options.recovery * c.gap, options.recovery_speed * dt);
    r.state = c.state;
    r.bonded = bonded;
    if (joint.restitution > 0.0 && !c.closed()) rebound(r, b, joint.restitution, {i, j}, acceleration * dt);
    r.normal = r.multiplier_n = r.before_n = c.normal;
    r.shear = r.multiplier_t = r.before_t = c.shear;
    r.offset0 = c.closed() ? (c.along - c.anchor) * f.length : 0.0;
    const bool spring = options.elastic_impact && !bonded;
    if (r.spring_t == 0.0) r.offset0 = c.sprung && !spring ? 0.0 : beyond(r.offset0, r.forgivable);
    if (spring && (r.spring_n == 0.0 || r.spring_t == 0.0)) set_spring(r, c, dt);
    r.cohesion_force = r.bonded ? joint.cohesion * c.length : 0.0;
    r.tension_force = r.bonded ? joint.tension * c.length : 0.0;
    r.force_scale = std::max(force_scale[i], force_scale[j]) + std::abs(c.normal) + std::abs(c.shear);
    if (!bonded && c.closed()) {  // the first guess
        const double noise = FORESEEN * r.force_scale;
        r.multiplier_n = std::max(0.0, c.normal + options.foresight * beyond(dt * c.trend_n, noise));
        r.multiplier_t = c.shear + options.foresight * beyond(dt * c.trend_t, noise);
    }
    return r;
}

ContactRow make_pin_row(const Blocks& b, const Pin& pin, int index, const ContactOptions& options, double dt,
                        double force_scale) {
    const Vec2 x = b.place(pin.block, pin.reference);
    ContactRow r;
    r.pin = index;
    r.slot = {b.slot[pin.block], -1};
    set_pin_rows(r, b, pin, half_turn(b, pin.block, dt));
    r.size = b.size[pin.block];
    r.inertia = 2.0 * b.mass[pin.block] / (dt * dt);
    r.penalty = options.stiffness > 0.0 ? options.stiffness
                                        : automatic_penalty(b, pin.block, pin.block, dt, BONDED * options.factor);
    r.gap0 = r.gap = x.y - pin.place.y;
    r.offset0 = x.x - pin.place.x;
    r.state = ContactState::bonded;
    r.bonded = true;
    r.normal = r.multiplier_n = pin.normal;
    r.shear = r.multiplier_t = pin.shear;
    r.cohesion_force = r.tension_force = INFINITY;
    r.force_scale = force_scale + std::abs(pin.normal) + std::abs(pin.shear);
    return r;
}

}  // namespace

ContactOptions inequality_options() {
    ContactOptions o;
    o.gap_tolerance = 1e-10;
    o.slow_change = 0.01;
    return o;
}

std::vector<ContactRow> make_rows(const Blocks& b, const std::vector<Contact>& contacts,
                                  std::span<const int> candidates, std::span<const Pin> pins, const JointTable& joints,
                                  const ContactOptions& options, double dt, std::span<const double> force_scale,
                                  double acceleration) {
    std::vector<ContactRow> rows;
    rows.reserve(candidates.size() + pins.size());
    for (const int k : candidates)
        rows.push_back(make_contact_row(b, contacts[k], k, joints, options, dt, force_scale, acceleration));
    for (std::size_t k = 0; k < pins.size(); ++k)
        rows.push_back(make_pin_row(b, pins[k], static_cast<int>(k), options, dt, force_scale[pins[k].block]));
    return rows;
}

void turn_row(ContactRow& r, const Blocks& b, const std::vector<Contact>& contacts, std::span<const Pin> pins,
              std::array<double, 2> angle) {
    if (r.pin >= 0)
        set_pin_rows(r, b, pins[r.pin], angle[0]);
    else
        set_contact_rows(r, b, contacts[r.contact], angle);
}

void measure_row(ContactRow& r, const Blocks& b, const std::vector<Contact>& contacts, std::span<const Pin> pins,
                 std::span<const StepMap> maps, std::span<const Vec6> d) {
    if (r.pin >= 0) {
        const Pin& pin = pins[r.pin];
        const Vec2 x = maps[pin.block](b.place(pin.block, pin.reference));
        r.gap = x.y - pin.place.y;
        r.slide = x.x - pin.place.x - r.offset0;
    } else {
        const Contact& c = contacts[r.contact];
        const int i = b.owner[c.vertex], j = b.owner[c.edge];
        const EdgeFrame f = edge_frame(maps[j](b.position[c.edge]), maps[j](b.position[b.next[c.edge]]));
        const Gap g = measure(f, maps[i](b.position[c.vertex]));
        r.gap = g.normal;
        r.slide = g.along - r.along0 * f.length;
    }
    r.gap_linear = r.gap - row_times(r.slot, r.n, d);
    r.slide_linear = r.slide - row_times(r.slot, r.t, d);
}

}  // namespace dda
