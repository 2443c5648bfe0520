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
        const double r = -g1 / (g0 - g1);
        return {-0.5 * K * g1 * r, K * r * (1.0 - 0.5 * r)};
    }
    const double r = -g0 / (g1 - g0);  // opening: p = K g0^2 / (2 (g1 - g0)), -dp/dg1 = K r^2 / 2
    return {-0.5 * K * g0 * r, 0.5 * K * r * r};
}

SpringForce spring_force(const ContactRow& r, const Scheme& scheme) {
    const double K = normal_stiffness(r);
    if (scheme.theta < 1.0) return discrete_gradient(K, r.gap0, r.gap, r.bonded);
    if (!r.bonded && r.gap > 0.0) return {0.0, 0.0};
    return {-K * r.gap, K};
}

double friction_limit(const ContactRow& r, double mu) {
    return mu * std::max(r.normal, 0.0) + r.cohesion_force;
}

// Slip below this follows rounding, not motion.
double slip_noise(const ContactRow& r) {
    return 1e-12 * r.size;
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
double tangential_stiffness(const ContactRow& r) {
    return r.spring_t > 0.0 ? r.spring_t : r.penalty;
}

void set_solve(ContactRow& r, const Scheme& scheme, const ContactOptions&) {
    r.solve_n = r.solve_t = r.stiff_n = r.stiff_t = 0.0;
    if (r.state == ContactState::open) return;
    if (normal_spring(r, scheme)) {
        const SpringForce f = spring_force(r, scheme);
        r.stiff_n = f.stiffness;
        r.solve_n = f.force + f.stiffness * (r.gap - r.gap_linear);
    } else {
        r.stiff_n = r.penalty;
        r.solve_n = r.normal - r.penalty * (r.gap_linear - r.target);
    }
    if (r.state == ContactState::sliding) {
        r.limit = friction_limit(r, r.mu_slide);
        r.solve_t = r.direction * r.limit;
    } else if (tangential_spring(r, scheme)) {
        // Elongation e0 at the start, e0 + slide at the end; force at start + theta (end - start).
        const double K = tangential_stiffness(r);
        r.stiff_t = scheme.theta * K;
        r.solve_t = -K * (r.offset0 + scheme.theta * r.slide_linear);
    } else {
        r.stiff_t = r.penalty;
        r.solve_t = r.shear - r.penalty * (r.offset0 + r.slide_linear);
    }
}

Verdict update_state(ContactRow& r, double q_n, double q_t, const Scheme& scheme, const ContactOptions& options) {
    Verdict v;
    r.used_n = r.solve_n - r.stiff_n * q_n;
    r.used_t = r.solve_t - r.stiff_t * q_t;
    const double gap_tolerance = options.gap_tolerance * r.size;
    const double force_tolerance = options.force_tolerance * (r.force_scale + std::abs(r.normal));

    // Normal direction.
    const bool springy = normal_spring(r, scheme);
    if (r.state == ContactState::open) {
        if (r.gap >= (springy ? 0.0 : r.target)) return v;
        // A contact that closes while it slides is taken to go on sliding, at first without friction; were it to stick,
        // its slip would turn round and lock it. The other guess, sticking, would stop a flying block within one step.
        const bool slides = !r.bonded && !options.stuck && std::abs(r.slide) > slip_noise(r);
        r.state = slides ? ContactState::sliding : ContactState::locked;
        r.direction = !slides ? 0 : r.slide > 0.0 ? -1 : 1;
        r.normal = r.shear = 0.0;
        r.offset0 = 0.0;
        return {true, false};
    }
    const double p = springy ? spring_force(r, scheme).force : r.normal - r.penalty * (r.gap - r.target);
    if (springy)
        v.converged = std::abs(p - r.used_n) <= force_tolerance;
    else
        v.converged = std::abs(r.gap - r.target) <= gap_tolerance && std::abs(p - r.normal) <= force_tolerance;
    r.normal = p;
    const bool apart = springy ? r.gap > 0.0 && (scheme.theta == 1.0 || r.gap0 > 0.0) : p < 0.0;
    if (!r.bonded && apart) {
        r.state = ContactState::open;
        r.normal = r.shear = 0.0;
        return {true, false};
    }

    // Tangential direction.
    if (r.state == ContactState::sliding) {
        if (r.slide * r.direction > slip_noise(r)) {  // it would follow its friction force
            r.state = ContactState::locked;
            return {true, false};
        }
        const double limit = friction_limit(r, r.mu_slide);
        v.converged = v.converged && std::abs(limit - r.limit) <= force_tolerance;
        r.shear = r.direction * limit;
        return v;
    }
    double shear;
    if (tangential_spring(r, scheme)) {
        shear = -tangential_stiffness(r) * (r.offset0 + scheme.theta * r.slide);
    } else {
        const double creep = r.offset0 + r.slide;
        shear = r.shear - r.penalty * creep;
        v.converged = v.converged && std::abs(creep) <= gap_tolerance && std::abs(shear - r.shear) <= force_tolerance;
    }
    r.shear = shear;
    if (r.bonded || options.stuck) return v;
    const double limit = friction_limit(r, r.mu_stick);
    if (std::abs(shear) > limit + force_tolerance * 1e-3) {
        r.state = ContactState::sliding;
        r.direction = shear > 0.0 ? 1 : -1;
        return {true, false};
    }
    return v;
}

bool break_bond(ContactRow& r, const ContactOptions& options) {
    if (!r.bonded || options.stuck) return false;
    const bool torn = r.normal < -r.tension_force;
    const bool sheared = std::abs(r.shear) > r.cohesion_force + r.mu_stick * std::max(r.normal, 0.0);
    if (!torn && !sheared) return false;
    r.bonded = false;
    r.cohesion_force = r.tension_force = 0.0;
    if (torn) {
        r.state = ContactState::open;
        r.normal = r.shear = 0.0;
    } else {
        r.state = ContactState::sliding;
        r.direction = r.shear > 0.0 ? 1 : -1;
        if (r.normal <= 0.0) r.state = ContactState::open, r.normal = r.shear = 0.0;
    }
    return true;
}

}  // namespace dda
