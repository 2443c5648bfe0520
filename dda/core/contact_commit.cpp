#include "contact_commit.hpp"

#include <algorithm>
#include <cmath>

#include "contact_law.hpp"

namespace dda {
void book_row(Ledger& ledger, const ContactRow& r, double qn, double qt, double fixed_n, double fixed_t,
              ContactBefore before, const Scheme& scheme) {
    const double theta = scheme.theta;
    const bool springs_n = normal_spring(r, scheme), springs_t = tangential_spring(r, scheme);
    if (r.preloaded) {  // what the springs store from now on nobody has put into them
        if (r.spring_n == 0.0) ledger.scheme -= stored_normal(r, r.gap0);
        if (r.spring_t == 0.0) ledger.scheme -= 0.5 * tangential_stiffness(r) * r.offset0 * r.offset0;
    }
    if (r.state == ContactState::open) {
        // What the springs still held is lost: to the bond if it broke, else to the separation.
        double held = 0.0;
        if (springs_n && before.closed && theta == 1.0) held += stored_normal(r, std::min(r.gap0, 0.0));
        if (springs_n && before.bonded) held = 0.5 * normal_stiffness(r) * r.gap0 * r.gap0;
        if (springs_t && before.closed) held += 0.5 * tangential_stiffness(r) * r.offset0 * r.offset0;
        (before.bonded ? ledger.breakage : ledger.impact) += held;
        return;
    }
    ledger.external -= r.used_n * fixed_n + r.used_t * fixed_t;
    if (!springs_n) {
        ledger.impact -= r.used_n * qn;
    } else if (r.damping > 0.0) {
        ledger.impact += stored_normal(r, r.gap0) - stored_normal(r, r.gap) - r.used_n * (r.gap - r.gap0);
    } else if (theta == 1.0) {
        const double K = normal_stiffness(r);
        if (r.gap0 <= 0.0 || r.bonded)
            ledger.scheme += 0.5 * K * qn * qn;
        else  // closing: the force of the end worked over the open gap too
            ledger.impact += 0.5 * K * r.gap * r.gap - K * r.gap * r.gap0;
    }
    if (!springs_t) {
        (r.state == ContactState::sliding ? ledger.friction : ledger.impact) -= r.used_t * qt;
    } else {
        const double K = tangential_stiffness(r);
        if (r.state == ContactState::sliding) {
            const double e1 = -r.used_t / K, de = e1 - r.offset0;
            ledger.friction -= r.used_t * (qt - de);
            ledger.scheme += 0.5 * K * de * de;
        } else {
            ledger.scheme += (theta - 0.5) * K * qt * qt;
        }
    }
}

// Friction is that of the spring without its damper (see contact_law.hpp). What the damper carries in the mean is
// weight all the same, and rubs: the mean is over PERIODS of the mass on this spring, several of all springs of a
// block.
constexpr double PERIODS = 1.0;

double renew_contact(Contact& c, const ContactRow& r, double edge_length, const Scheme& scheme, double dt) {
    const bool was_open = !c.closed();
    const bool broken = c.state == ContactState::bonded && !r.bonded;
    c.state = r.state == ContactState::locked && r.bonded ? ContactState::bonded : r.state;
    c.trend_n = was_open ? 0.0 : (r.normal - c.normal) / dt;
    c.trend_t = was_open ? 0.0 : (r.shear - c.shear) / dt;
    c.normal = r.normal;
    c.shear = r.shear;
    c.bonded = c.bonded && (r.state == ContactState::locked || r.state == ContactState::bonded);
    c.gap = r.gap;
    c.sprung = r.sprung && !broken;
    c.rest = r.rest;
    c.closed_for = std::clamp(r.closed_for + (r.state == ContactState::open ? -dt : dt), 0.0, 2.0 * r.period);
    const double damper = r.damping > 0.0 && r.normal > 0.0 ? -r.damping * (r.gap - r.gap0) : 0.0;
    if (r.period > 0.0) c.drag = r.drag + (damper - r.drag) * -std::expm1(-dt / (PERIODS * r.period));
    c.forgiven = r.forgiven && r.state != ContactState::open;
    const double along = r.along0 + r.slide / edge_length;
    c.along = along;
    c.speed = std::abs(r.slide) / dt;
    const bool springs_t = tangential_spring(r, scheme);
    if (r.state == ContactState::open) {
        c.normal = c.shear = c.trend_n = c.trend_t = 0.0;
        c.speed = 0.0;
        return 0.0;
    }
    // A sliding spring stays stretched by the friction force; a rigid contact locks where it is.
    const double stretched = springs_t ? r.used_t / tangential_stiffness(r) : 0.0;
    if (r.state == ContactState::sliding)
        c.anchor = springs_t ? along + r.used_t / (tangential_stiffness(r) * edge_length) : along;
    else if (was_open || r.preloaded)
        c.anchor = r.along0 - r.offset0 / edge_length;
    double stored = normal_spring(r, scheme) ? stored_normal(r, r.gap) : 0.0;
    if (springs_t) {
        const double e = r.state == ContactState::sliding ? stretched : r.offset0 + r.slide;
        stored += 0.5 * tangential_stiffness(r) * e * e;
    }
    return stored;
}

double numerical_energy(const ContactRow& r, double gap, double offset) {
    return (r.spring_n > 0.0 ? 0.0 : stored_normal(r, gap)) +
           (r.spring_t > 0.0 ? 0.0 : 0.5 * r.penalty * offset * offset);
}

}  // namespace dda
