// An accepted step: energies booked, velocities renewed, contacts remembered, blocks moved.
//
// Multiply the momentum balance M (2 d / dt^2 - 2 v / dt) = f by d. With v* = 2 d / dt - v the left side is the change
// of kinetic energy, so every force accounts for its own work f . d, and what it does not store it has lost:
//     elasticity   stores A (T_0 . eps + eps . D eps / 2), loses (theta - 1/2) A eps . D eps to the scheme;
//     a spring K   stores K q^2 / 2, loses (theta - 1/2) K dq^2 to the scheme while it is in touch;
//     a law with a state stores its path's work less what it dissipates (booked as friction); the scheme has the rest;
//     friction     loses -p_t q_t;  a rigid contact loses -p_n q_n when it closes a gap: plastic impact;
//     relaxation   (v = 0 in every step) loses 2 / dt^2 d . M d.
#include <algorithm>
#include <cmath>

#include "contact_commit.hpp"
#include "contact_law.hpp"
#include "impact.hpp"
#include "joint_friction.hpp"
#include "simulation.hpp"

namespace dda {
namespace {

/// Blocks at rest keep speeds of about 1e-4 g dt in their contacts, of gaps solved to their tolerance: with QUIET, ten
/// times that is quiet.
constexpr double RESTING = 100.0;

}  // namespace

double ledger_total(const Ledger& l) {
    return l.kinetic + l.strain + l.potential + l.contact + l.friction + l.breakage + l.impact + l.scheme - l.external;
}

double Simulation::drift() const {
    return ledger_total(ledger_) - initial_total_;
}

double Simulation::kinetic_energy(std::span<const Mat6> mass) const {
    double energy = 0.0;
    for (int i = 0; i < blocks_.count(); ++i)
        if (const int s = blocks_.slot[i]; s >= 0 && share_.mine(i))
            energy += 0.5 * dot(blocks_.velocity[i], mass[s] * blocks_.velocity[i]);
    return energy;
}

namespace {

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
    for (const ContactRow& r : a.rows) {
        if (!r.counted) continue;
        const auto [fixed_n, fixed_t] = prescribed(r, blocks_, contacts_, fixed_motion_);
        const double qn = row_times(r.slot, r.n, a.d) + fixed_n, qt = row_times(r.slot, r.t, a.d) + fixed_t;
        const ContactBefore before{r.contact < 0 || contacts_[r.contact].closed(),
                                   r.contact >= 0 && contacts_[r.contact].state == ContactState::bonded};
        book_row(ledger_, r, qn, qt, fixed_n, fixed_t, before, options_.scheme);
    }
}

void Simulation::commit_contacts(const Attempt& a, double dt) {
    for (Contact& c : contacts_)
        if (!c.present) c.speed = c.closed_for = c.drag = 0.0;
    double stored = 0.0, held = 0.0;
    for (const ContactRow& r : a.rows) {
        if (r.pin >= 0) {
            pins_[r.pin].normal = r.normal;
            pins_[r.pin].shear = r.shear;
            continue;
        }
        Contact& c = contacts_[r.contact];
        const EdgeFrame f = edge_frame(blocks_, c.edge);
        const double energy = renew_contact(c, r, f.length, options_.scheme, dt);
        if (!r.counted) continue;
        stored += energy;
        if (!r.sprung) continue;
        // What springs have held that are none any more, of contacts that are gone or rigid now, is lost.
        if (!r.preloaded) ledger_.impact -= numerical_energy(r, r.gap0, r.offset0);
        if (c.closed()) held += numerical_energy(r, c.gap, (c.along - c.anchor) * f.length);
    }
    ledger_.impact += ledger_.held;
    ledger_.held = held;
    add_surface_slip(blocks_, contacts_, a.rows);
    if (share_.team) share_.team->exchange_vertices(blocks_.slip, 2);
    ledger_.contact = stored;
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
    double laws = 0.0;  // work of laws with a state, less what they store and dissipate
    double predicted = 0.0, quadratic = 0.0, gravity = 0.0, relaxed = 0.0, speed = 0.0;
    std::vector<Vec6> velocity(a.d.size());
    for (int i = 0; i < blocks_.count(); ++i) {
        const int s = blocks_.slot[i];
        if (s < 0) continue;
        const Vec6& d = a.d[s];
        const auto K = elastic_tangent(blocks_, i);
        if (!is_static) {
            for (int k = 0; k < 6; ++k) velocity[s][k] = 2.0 * d[k] / dt - blocks_.velocity[i][k];
            speed = std::max(speed, std::hypot(velocity[s][0], velocity[s][1]));
        }
        if (!share_.mine(i)) continue;
        if (blocks_.remembers(i))
            laws += system_.law_work(blocks_, i, d) + blocks_.strain_energy[i] + blocks_.dissipated(i);
        else
            for (int r = 0; r < 3; ++r)
                for (int c = 0; c < 3; ++c) quadratic += blocks_.area[i] * d[3 + r] * K[3 * r + c] * d[3 + c];
        gravity += blocks_.mass[i] * (model_.gravity.x * d[0] + model_.gravity.y * d[1]);
        if (is_static) {
            relaxed += 2.0 / (dt * dt) * dot(d, mass[s] * d);
            continue;
        }
        predicted += 0.5 * dot(velocity[s], mass[s] * velocity[s]);
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
        const double scale = largest(share_.team, speed) + RESTING * acceleration_scale_ * dt;
        const ImpactReport impact = share_.team
                                        ? resolve_together(a, support, velocity, dt, scale)
                                        : impacts_.resolve(a.rows, support, mass, velocity, options_.scheme, dt, scale);
        ledger_.external += impact.external;
        ledger_.impact += impact.external;
        a.report.impact_sweeps = impact.sweeps;
    }
    double after = 0.0, strain = 0.0;
    for (int i = 0; i < blocks_.count(); ++i) {
        const double dissipated = blocks_.dissipated(i);
        const int s = blocks_.slot[i];
        if (s < 0) {
            if (norm(fixed_motion_[i]) > 0.0)
                move_block(blocks_, i, {fixed_motion_[i].x, fixed_motion_[i].y, 0.0, 0.0, 0.0, 0.0});
            continue;
        }
        if (share_.mine(i)) after += 0.5 * dot(velocity[s], mass[s] * velocity[s]);
        blocks_.velocity[i] = velocity[s];
        move_block(blocks_, i, a.d[s]);
        if (!share_.mine(i)) continue;
        strain += blocks_.strain_energy[i];
        if (blocks_.remembers(i)) {
            laws -= blocks_.strain_energy[i] + blocks_.dissipated(i);
            ledger_.friction += blocks_.dissipated(i) - dissipated;
        }
        totals_.untrusted += untrusted(blocks_, i);
    }
    ledger_.strain = strain - initial_strain_;
    ledger_.scheme += laws;
    if (!is_static) {
        ledger_.impact += predicted - after;
        ledger_.kinetic = after;
    }
    moved_since_ += 2.0 * a.report.displacement;
    share_.moved += 2.0 * a.report.displacement;
    report_ = a.report;
    totals_.loose += a.report.loose;
    totals_.penetration = std::max(totals_.penetration, a.report.penetration);
    totals_.missed = std::max(totals_.missed, a.report.missed);
    totals_.unbalanced = std::max(totals_.unbalanced, a.report.unbalanced);
}

}  // namespace dda
