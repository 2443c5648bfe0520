// An accepted step: energies booked, velocities renewed, contacts remembered, blocks moved.
//
// Multiply the momentum balance M (2 d / dt^2 - 2 v / dt) = f by d. With v* = 2 d / dt - v the left side is the change
// of kinetic energy, so every force accounts for its own work f . d, and what it does not store it has lost:
//     elasticity   stores A (T_0 . eps + eps . D eps / 2), loses (theta - 1/2) A eps . D eps to the scheme;
//     a spring K   stores K q^2 / 2, loses (theta - 1/2) K dq^2 to the scheme while it is in touch;
//     friction     loses -p_t q_t;  a rigid contact loses -p_n q_n when it closes a gap: plastic impact;
//     relaxation   (v = 0 in every step) loses 2 / dt^2 d . M d.
#include <algorithm>
#include <cmath>

#include "contact_law.hpp"
#include "impact.hpp"
#include "simulation.hpp"

namespace dda {

double ledger_total(const Ledger& l) {
    return l.kinetic + l.strain + l.potential + l.contact + l.friction + l.breakage + l.impact + l.scheme - l.external;
}

double Simulation::drift() const {
    return ledger_total(ledger_) - initial_total_;
}

double Simulation::kinetic_energy(std::span<const Mat6> mass) const {
    double energy = 0.0;
    for (int i = 0; i < blocks_.count(); ++i)
        if (const int s = blocks_.slot[i]; s >= 0)
            energy += 0.5 * dot(blocks_.velocity[i], mass[s] * blocks_.velocity[i]);
    return energy;
}

namespace {

double stored_normal(const ContactRow& r, double gap) {
    return gap < 0.0 || r.bonded ? 0.5 * normal_stiffness(r) * gap * gap : 0.0;
}

// The part of the gap and the sliding that the prescribed motion of a fixed block makes.
std::array<double, 2> prescribed(const ContactRow& r, const Blocks& b, const std::vector<Contact>& contacts,
                                 std::span<const Vec2> motion) {
    if (r.contact < 0) return {0.0, 0.0};
    const Contact& c = contacts[r.contact];
    Vec2 u;
    if (r.slot[0] < 0) u = u + motion[b.owner[c.vertex]];
    if (r.slot[1] < 0) u = u - motion[b.owner[c.edge]];
    return {dot({r.n[0][0], r.n[0][1]}, u), dot({r.t[0][0], r.t[0][1]}, u)};
}

}  // namespace

void Simulation::book_contacts(const Attempt& a) {
    const double theta = options_.scheme.theta;
    for (const ContactRow& r : a.rows) {
        const auto [fixed_n, fixed_t] = prescribed(r, blocks_, contacts_, fixed_motion_);
        const double qn = row_times(r.slot, r.n, a.d) + fixed_n, qt = row_times(r.slot, r.t, a.d) + fixed_t;
        const bool was_closed = r.contact >= 0 ? contacts_[r.contact].closed() : true;
        const bool was_bonded = r.contact >= 0 && contacts_[r.contact].state == ContactState::bonded;
        const bool springs_n = normal_spring(r, options_.scheme), springs_t = tangential_spring(r, options_.scheme);
        if (r.state == ContactState::open) {
            // What the springs still held is lost: to the bond if it broke, else to the separation.
            double held = 0.0;
            if (springs_n && was_closed && theta == 1.0) held += stored_normal(r, std::min(r.gap0, 0.0));
            if (springs_n && was_bonded) held = 0.5 * normal_stiffness(r) * r.gap0 * r.gap0;
            if (springs_t && was_closed) held += 0.5 * tangential_stiffness(r) * r.offset0 * r.offset0;
            (was_bonded ? ledger_.breakage : ledger_.impact) += held;
            continue;
        }
        ledger_.external -= r.used_n * fixed_n + r.used_t * fixed_t;
        if (!springs_n) {
            ledger_.impact -= r.used_n * qn;
        } else if (theta == 1.0) {
            const double K = normal_stiffness(r);
            if (r.gap0 <= 0.0 || r.bonded)
                ledger_.scheme += 0.5 * K * qn * qn;
            else  // closing: the force of the end worked over the open gap too
                ledger_.impact += 0.5 * K * r.gap * r.gap - K * r.gap * r.gap0;
        }
        if (!springs_t) {
            (r.state == ContactState::sliding ? ledger_.friction : ledger_.impact) -= r.used_t * qt;
        } else {
            const double K = tangential_stiffness(r);
            if (r.state == ContactState::sliding) {
                const double e1 = -r.used_t / K, de = e1 - r.offset0;
                ledger_.friction -= r.used_t * (qt - de);
                ledger_.scheme += 0.5 * K * de * de;
            } else {
                ledger_.scheme += (theta - 0.5) * K * qt * qt;
            }
        }
    }
}

void Simulation::commit_contacts(const Attempt& a, double dt) {
    for (Contact& c : contacts_)
        if (!c.present) c.speed = 0.0;
    std::vector<double> slip(blocks_.slip.size(), 0.0);
    const auto slide_by = [&slip](int place, double s) { slip[place] = std::max(slip[place], s); };
    double stored = 0.0;
    for (const ContactRow& r : a.rows) {
        if (r.pin >= 0) {
            pins_[r.pin].normal = r.normal;
            pins_[r.pin].shear = r.shear;
            continue;
        }
        Contact& c = contacts_[r.contact];
        const EdgeFrame f = edge_frame(blocks_, c.edge);
        const bool was_open = !c.closed();
        c.state = r.state == ContactState::locked && r.bonded ? ContactState::bonded : r.state;
        c.normal = r.normal;
        c.shear = r.shear;
        c.bonded = c.bonded && (r.state == ContactState::locked || r.state == ContactState::bonded);
        c.gap = r.gap;
        c.forgiven = r.forgiven && r.state != ContactState::open;
        const double along = r.along0 + r.slide / f.length;
        c.along = along;
        c.speed = std::abs(r.slide) / dt;
        const bool springs_t = tangential_spring(r, options_.scheme);
        if (r.state == ContactState::open) {
            c.normal = c.shear = 0.0;
            c.speed = 0.0;
        } else if (r.state == ContactState::sliding) {
            // A spring stays stretched by the friction force; a rigid contact locks where it is.
            c.anchor = springs_t ? along + r.used_t / (tangential_stiffness(r) * f.length) : along;
            const int face = facing_edge(blocks_, c.vertex, c.edge);
            slide_by(2 * face + (face == c.vertex ? 0 : 1), std::abs(r.slide));
            slide_by(2 * c.edge, std::abs(r.slide));
            slide_by(2 * c.edge + 1, std::abs(r.slide));
        } else if (was_open) {
            c.anchor = r.along0;
        }
        if (r.state != ContactState::open) {
            if (normal_spring(r, options_.scheme)) stored += stored_normal(r, r.gap);
            if (springs_t) {
                const double e =
                    r.state == ContactState::sliding ? r.used_t / tangential_stiffness(r) : r.offset0 + r.slide;
                stored += 0.5 * tangential_stiffness(r) * e * e;
            }
        }
    }
    ledger_.contact = stored;
    for (std::size_t k = 0; k < slip.size(); ++k)
        if (blocks_.slot[blocks_.owner[k / 2]] >= 0) blocks_.slip[k] += slip[k];
}

void Simulation::commit(Attempt& a, double dt, bool is_static) {
    const double theta = options_.scheme.theta;
    const std::span<const Mat6> mass = system_.mass();
    book_contacts(a);
    commit_contacts(a, dt);
    const StepTime step{time_, dt, theta, is_static};
    const LoadEnergy load = loads_->commit(blocks_, a.d, step);
    ledger_.contact += load.stored;
    ledger_.external += load.external;
    ledger_.breakage += load.breakage;
    ledger_.scheme += load.scheme + load.dissipated;

    const double before = ledger_.kinetic;
    double predicted = 0.0, quadratic = 0.0, gravity = 0.0, relaxed = 0.0, speed = 0.0;
    std::vector<Vec6> velocity(a.d.size());
    for (int i = 0; i < blocks_.count(); ++i) {
        const int s = blocks_.slot[i];
        if (s < 0) continue;
        const Vec6& d = a.d[s];
        const auto K = elastic_tangent(blocks_, i);
        for (int r = 0; r < 3; ++r)
            for (int c = 0; c < 3; ++c) quadratic += blocks_.area[i] * d[3 + r] * K[3 * r + c] * d[3 + c];
        gravity += blocks_.mass[i] * (model_.gravity.x * d[0] + model_.gravity.y * d[1]);
        if (is_static) {
            relaxed += 2.0 / (dt * dt) * dot(d, mass[s] * d);
            continue;
        }
        for (int k = 0; k < 6; ++k) velocity[s][k] = 2.0 * d[k] / dt - blocks_.velocity[i][k];
        predicted += 0.5 * dot(velocity[s], mass[s] * velocity[s]);
        speed = std::max(speed, std::hypot(velocity[s][0], velocity[s][1]));
    }
    ledger_.scheme += (theta - 0.5) * quadratic + relaxed;
    ledger_.potential -= gravity;
    if (is_static) {
        // What the blocks still had of motion when relaxation began is given up.
        ledger_.scheme += before;
        ledger_.kinetic = 0.0;
    } else {
        // Velocities of the end of the step belong to the directions of its end.
        for (ContactRow& r : a.rows) {
            const auto angle = [&](int side) { return r.slot[side] >= 0 ? a.d[r.slot[side]][2] : 0.0; };
            turn_row(r, blocks_, contacts_, pins_, {angle(0), angle(1)});
        }
        std::vector<std::array<double, 2>> support(a.rows.size());
        for (std::size_t i = 0; i < support.size(); ++i)
            support[i] = prescribed(a.rows[i], blocks_, contacts_, fixed_motion_);
        const ImpactReport impact =
            impacts_.resolve(a.rows, support, mass, velocity, options_.scheme, dt, speed + acceleration_scale_ * dt);
        ledger_.external += impact.external;
        ledger_.impact += impact.external;
        a.report.impact_sweeps = impact.sweeps;
    }
    double after = 0.0, strain = 0.0;
    for (int i = 0; i < blocks_.count(); ++i) {
        const int s = blocks_.slot[i];
        if (s < 0) {
            if (norm(fixed_motion_[i]) > 0.0)
                move_block(blocks_, i, {fixed_motion_[i].x, fixed_motion_[i].y, 0.0, 0.0, 0.0, 0.0});
            continue;
        }
        after += 0.5 * dot(velocity[s], mass[s] * velocity[s]);
        blocks_.velocity[i] = velocity[s];
        move_block(blocks_, i, a.d[s]);
        strain += blocks_.strain_energy[i];
    }
    ledger_.strain = strain - initial_strain_;
    if (!is_static) {
        ledger_.impact += predicted - after;
        ledger_.kinetic = after;
    }
    moved_since_ += 2.0 * a.report.displacement;
    report_ = a.report;
    totals_.loose += a.report.loose;
    totals_.penetration = std::max(totals_.penetration, a.report.penetration);
}

}  // namespace dda
