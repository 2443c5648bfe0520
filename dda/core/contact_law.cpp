#include "contact_law.hpp"

#include <algorithm>
#include <cmath>

namespace dda {
namespace {

struct SpringForce {
    double force, stiffness;  // p and -dp/dg
};

// Discrete gradient of U(g) = K <-g>^2 / 2 (bonded: K g^2 / 2) between g0 and g1.
SpringForce discrete_gradient(double K, double g0, double g1, bool bonded) {
    if (bonded || (g0 <= 0.0 && g1 <= 0.0)) return {-0.5 * K * (g0 + g1), 0.5 * K};
    if (g0 > 0.0 && g1 > 0.0) return {0.0, 0.0};
    if (g1 <= 0.0) {  // closing: p = K g1^2 / (2 (g0 - g1)), -dp/dg1 = K r (1 - r / 2), r = -g1 / (g0 - g1)
        const double r = g1 < 0.0 ? -g1 / (g0 - g1) : 0.0;
        return {-0.5 * K * g1 * r, K * r * (1.0 - 0.5 * r)};
    }
    const double r = g0 < 0.0 ? -g0 / (g1 - g0) : 0.0;  // opening: p = K g0^2 / (2 (g1 - g0)), -dp/dg1 = K r^2 / 2
    return {-0.5 * K * g0 * r, 0.5 * K * r * r};
}

SpringForce spring_force(const ContactRow& r, double gap, const Scheme& scheme) {
    const double K = normal_stiffness(r);
    if (scheme.theta < 1.0) return discrete_gradient(K, r.gap0 - r.rest, gap - r.rest, r.bonded);
    if (!r.bonded && gap > 0.0) return {0.0, 0.0};
    return {-K * gap, K};
}

// With its damper, which never pulls.
SpringForce damped_force(const ContactRow& r, double gap, SpringForce s) {
    if (r.damping == 0.0 || s.force <= 0.0) return s;
    s.force -= r.damping * (gap - r.gap0);
    s.stiffness += r.damping;
    return s.force > 0.0 ? s : SpringForce{0.0, 0.0};
}

constexpr double SLIP_NOISE = 1e-10;  // of the block size: less is no sliding

// Below ROUNDING of the block size a motion is lost in rounding, and so is the force that makes it in a step.
constexpr double ROUNDING = 3e-13;
double force_tolerance(const ContactRow& r, const ContactOptions& o) {
    return o.force_tolerance * (r.force_scale + std::abs(r.normal)) + (r.inertia + r.penalty) * ROUNDING * r.size;
}

// What sticks, or slides more slowly than CREEP, has STICTION more friction, so that a contact exactly at its limit
// does not creep on the rounding of its force.
constexpr double STICTION = 3e-4;
constexpr double CREEP = 5e-4;  // m/s
constexpr double STUCK =
    20.0;  // friction coefficient of contacts that may not slide (87 degrees): still none without force
double friction_of(const ContactRow& r) {
    if (r.stuck) return STUCK;
    const double mu = r.state == ContactState::sliding ? r.mu_slide : r.mu_stick;
    return r.state == ContactState::sliding && r.speed0 > CREEP ? mu : (1.0 + STICTION) * mu;
}

constexpr double BOND_ACCURACY = 0.01;  // of the gap tolerance: bonds are linear and carry waves

// Of the force tolerance: change of a multiplier that counts as rest. Between stiff blocks it is the sharper bound.
constexpr double MULTIPLIER_ACCURACY = 10.0;

// What a rigid constraint misses, whose multiplier changes by `change`, that is whose error is change / k, as a part of
// what is tolerated. Whether it is far off is noted.
double missed_by(double change, const ContactRow& r, const ContactOptions& o, Renewal& renewal) {
    const double gap = r.penalty * r.size * (renewal.loose ? o.loose_tolerance : o.gap_tolerance);
    const double tolerated = r.bonded        ? BOND_ACCURACY * gap
                             : renewal.loose ? gap
                                             : std::min(gap, MULTIPLIER_ACCURACY * force_tolerance(r, o));
    const double missed = std::abs(change) / tolerated;
    renewal.near = renewal.near && missed <= o.slow_slack;
    return missed;
}

}  // namespace

bool normal_spring(const ContactRow& r, const Scheme& s) {
    return r.spring_n > 0.0 || (s.contact_springs && !r.bonded);
}
bool tangential_spring(const ContactRow& r, const Scheme& s) {
    return r.spring_t > 0.0 || (s.contact_springs && !r.bonded);
}
double normal_stiffness(const ContactRow& r) {
    return r.spring_n > 0.0 ? r.spring_n : r.penalty;
}
double stored_normal(const ContactRow& r, double gap) {
    const double g = gap - r.rest;
    return g < 0.0 || r.bonded ? 0.5 * normal_stiffness(r) * g * g : 0.0;
}
double tangential_stiffness(const ContactRow& r) {
    return r.spring_t > 0.0 ? r.spring_t : r.penalty;
}

Forces contact_forces(const ContactRow& r, double gap, double slide, const Scheme& scheme) {
    Forces f;
    SpringForce rubs;  // what friction is of
    if (normal_spring(r, scheme)) {
        rubs = spring_force(r, gap, scheme);
        const SpringForce s = damped_force(r, gap, rubs);
        rubs.force = std::max(0.0, rubs.force + r.drag);
        f.n = s.force;
        f.stiff_n = s.stiffness;
    } else {
        f.n = r.multiplier_n - r.penalty * (gap - r.target);
        f.stiff_n = r.penalty;
        if (!r.bonded && f.n <= 0.0) f.n = f.stiff_n = 0.0;
        rubs = {f.n, f.stiff_n};
    }
    if (!r.bonded && f.n <= 0.0) return f;
    if (tangential_spring(r, scheme)) {
        const double K = tangential_stiffness(r);
        f.t = -K * (r.offset0 + scheme.theta * slide);
        f.stiff_t = scheme.theta * K;
    } else {
        f.t = r.multiplier_t - r.penalty * (r.offset0 + slide);
        f.stiff_t = r.penalty;
    }
    const double limit = r.mu * rubs.force;
    if (!r.bonded && std::abs(f.t) > limit) {
        f.t = std::copysign(limit, f.t);
        f.stiff_t = 0.0;
        f.cross = std::copysign(r.mu, f.t) * rubs.stiffness;
        f.clipped = true;
    }
    return f;
}

void begin_outer(ContactRow& r, const ContactOptions& options) {
    r.stuck = options.stuck;
    r.mu = friction_of(r);
}

void set_solve(ContactRow& r, const Scheme& scheme) {
    Forces f = contact_forces(r, r.gap, r.slide, scheme);
    if (f.cross * r.cross < 0.0 && !tangential_spring(r, scheme)) {
        // From sliding one way to sliding the other: between them it sticks, and there the iteration goes on.
        f.t = r.multiplier_t - r.penalty * (r.offset0 + r.slide);
        f.stiff_t = r.penalty;
        f.cross = 0.0;
    }
    r.stiff_n = f.stiff_n;
    r.stiff_t = f.stiff_t;
    r.cross = f.cross;
    r.solve_n = f.n + f.stiff_n * (r.gap - r.gap_linear);
    r.solve_t = f.t + f.stiff_t * (r.slide - r.slide_linear) + f.cross * (r.gap - r.gap_linear);
}

void set_first_solve(ContactRow& r, const Scheme& scheme) {
    if (normal_spring(r, scheme) || tangential_spring(r, scheme)) return set_solve(r, scheme);
    r.solve_n = r.solve_t = r.stiff_n = r.stiff_t = r.cross = 0.0;
    if (r.state == ContactState::open) return;
    r.stiff_n = r.penalty;
    r.solve_n = r.multiplier_n - r.penalty * (r.gap_linear - r.target);
    if (r.state == ContactState::sliding) {
        const double mu = std::copysign(r.mu, r.multiplier_t);
        r.cross = mu * r.stiff_n;
        r.solve_t = mu * r.solve_n;
    } else {
        r.stiff_t = r.penalty;
        r.solve_t = r.multiplier_t - r.penalty * (r.offset0 + r.slide_linear);
    }
}

double update_forces(ContactRow& r, double q_n, double q_t, const Scheme& scheme, const ContactOptions& options) {
    const Forces f = contact_forces(r, r.gap, r.slide, scheme);
    r.used_n = r.solve_n - r.stiff_n * q_n;
    r.used_t = r.solve_t - r.stiff_t * q_t - r.cross * q_n;
    r.normal = f.n;
    r.shear = f.t;
    const bool closed = r.bonded || f.n > 0.0;
    const bool slides = f.clipped && std::abs(r.slide) > SLIP_NOISE * r.size;
    r.state = !closed ? ContactState::open : slides ? ContactState::sliding : ContactState::locked;
    const double missed = std::max(std::abs(f.n - r.used_n), std::abs(f.t - r.used_t));
    return missed / force_tolerance(r, options);
}

constexpr double STALLED = 0.8;  // of the miss that the multipliers before left, or its inverse: it neither shrinks nor
constexpr int STALLS = 2;        // grows; so often in a row, and it is there to stay

// Has what a contact misses its target by stopped to shrink, and is it small enough to be given up, with all that was
// before?
bool stalls(double miss, Miss& last, const ContactRow& r) {
    const bool same = miss * last.miss > 0.0 && std::abs(miss) > STALLED * std::abs(last.miss) &&
                      std::abs(miss) * STALLED < std::abs(last.miss);
    last.miss = miss;
    last.stalls = same ? last.stalls + 1 : 0;
    if (last.stalls < STALLS || std::abs(last.given + miss) > r.forgivable) return false;
    last.given += miss;
    return true;
}

Unrest unrest(std::span<const ContactRow> rows, std::span<const int> awake, const Scheme& scheme) {
    Unrest u;
    const auto add = [&u](double force, double multiplier, double used, double before) {
        u.multipliers += (force - multiplier) * (force - multiplier);
        u.forces += (force - used) * (force - used);
        u.step += (force - before) * (force - before);
    };
    for (const int i : awake) {
        const ContactRow& r = rows[i];
        if (r.pin >= 0 || r.bonded || !r.counted) continue;
        if (!normal_spring(r, scheme)) add(r.normal, r.multiplier_n, r.used_n, r.before_n);
        if (!tangential_spring(r, scheme)) add(r.shear, r.multiplier_t, r.used_t, r.before_t);
    }
    return u;
}

void update_outer(ContactRow& r, const Scheme& scheme, const ContactOptions& options, Renewal& renewal) {
    bool rest = true;
    if (!normal_spring(r, scheme)) {
        rest = missed_by(r.normal - r.multiplier_n, r, options, renewal) <= 1.0;
        if (!rest && renewal.solved && stalls(r.gap - r.target, r.miss_n, r)) {
            r.target = r.gap;
            r.forgiven = rest = true;
        }
        r.multiplier_n = r.normal;
    }
    if (r.pin >= 0 || r.bonded) {
        if (!tangential_spring(r, scheme))
            rest = missed_by(r.shear - r.multiplier_t, r, options, renewal) <= 1.0 && rest;
        r.multiplier_t = r.shear;
        renewal.rest = renewal.rest && rest;
        renewal.settled = renewal.settled && rest;
        return;
    }
    const double mu = friction_of(r);
    const bool clipped = std::abs(r.shear) >= r.mu * r.normal * (1.0 - 1e-12);
    if (!clipped && !tangential_spring(r, scheme) && missed_by(r.shear - r.multiplier_t, r, options, renewal) > 1.0) {
        if (renewal.solved && stalls(r.offset0 + r.slide, r.miss_t, r))
            r.offset0 = -r.slide;
        else
            rest = false;
    }
    r.multiplier_t = r.shear;
    renewal.rest = renewal.rest && rest && mu == r.mu;  // static to kinetic, or back
    renewal.settled = renewal.settled && std::abs(mu - r.mu) <= 2.0 * STICTION * mu;
    r.mu = mu;
}

// A bond breaks when p_n < -T or |p_t| > C + mu <p_n> by more than the iteration leaves unbalanced: where a strength is
// zero the rounding of a force does not use up the other one.
bool break_bond(ContactRow& r, const ContactOptions& options) {
    if (!r.bonded || options.stuck) return false;
    const double torn = -r.normal - r.tension_force;
    const double sheared = std::abs(r.shear) - r.cohesion_force - r.mu_stick * std::max(r.normal, 0.0);
    if (std::max(torn, sheared) <= force_tolerance(r, options)) return false;
    r.bonded = false;
    r.cohesion_force = r.tension_force = 0.0;
    r.mu = r.mu_slide;
    r.normal = r.multiplier_n = std::max(r.normal, 0.0);
    r.multiplier_t = std::clamp(r.shear, -r.mu * r.normal, r.mu * r.normal);
    return true;
}

}  // namespace dda
