#include "impact.hpp"

#include <algorithm>
#include <cmath>

#include "contact_law.hpp"

namespace dda {
namespace {

constexpr double STANDSTILL = 1e-12;  // of the speed scale: a change of speed that is not passed on
constexpr int MAX_SWEEPS = 50;        // what is left then goes into the next step
// Along the patterns of redundant contacts a sweep changes next to nothing, and the next ones no more: that goes into
// the next step as well, when LOOK sweeps have left more than STALLED of the changes of speed.
constexpr int LOOK = 5;
constexpr double STALLED = 0.9;

// Speeds that break the conditions: approach, or separation and slip that an impulse of the step still resists.
double violation(const ContactRow& r, const std::array<double, 2>& fixed, std::span<const Vec6> v,
                 const Scheme& scheme) {
    const double vn = row_times(r.slot, r.n, v) + fixed[0] - r.rebound, vt = row_times(r.slot, r.t, v) + fixed[1];
    if (r.state == ContactState::sliding) return std::max(std::abs(vn), vt * (r.shear > 0.0 ? 1.0 : -1.0));
    return tangential_spring(r, scheme) ? std::abs(vn) : std::max(std::abs(vn), std::abs(vt));
}

std::array<double, 2> speed_of(const std::array<double, 2>& support, double dt) {
    return {support[0] / dt, support[1] / dt};
}

}  // namespace

bool takes_part(const ContactRow& r, const Scheme& scheme) {
    return r.state != ContactState::open && !normal_spring(r, scheme);
}

double largest_violation(std::span<const ContactRow> rows, std::span<const std::array<double, 2>> support,
                         std::span<const Vec6> velocity, const Scheme& scheme, double dt) {
    double largest = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (takes_part(rows[i], scheme))
            largest = std::max(largest, violation(rows[i], speed_of(support[i], dt), velocity, scheme));
    return largest;
}

ImpactSolver::Direction ImpactSolver::direction(const std::array<int, 2>& slot, const std::array<Vec6, 2>& row) const {
    Direction d{row, {}, 0.0};
    for (int side = 0; side < 2; ++side) {
        if (slot[side] < 0) continue;
        d.gain[side] = inverse_[slot[side]] * row[side];
        d.compliance += dot(row[side], d.gain[side]);
    }
    return d;
}

// Change an impulse, unless that would feed energy into the blocks (where friction shrinks with the normal impulse; a
// restitution gives back part of what the approach had). Returns the speed it changed.
double ImpactSolver::change(Impact& c, const Direction& d, double speed, double impulse, double fixed, double& total,
                            std::span<Vec6> v, double& external) const {
    if (c.rebound == 0.0 && impulse * (speed + 0.5 * impulse * d.compliance) > 0.0) return 0.0;
    for (int side = 0; side < 2; ++side)
        if (c.slot[side] >= 0) add_scaled(v[c.slot[side]], impulse, d.gain[side]);
    total += impulse;
    external -= impulse * fixed;
    return std::abs(impulse) * d.compliance;
}

[[gnu::flatten]] double ImpactSolver::sweep(std::span<Vec6> v, double quiet, int number, double& external) {
    double largest = 0.0;
    const int supports = static_cast<int>(changed_.size()) - 1;
    const std::size_t count = impacts_.size();
    for (std::size_t k = 0; k < count; ++k) {
        Impact& c = impacts_[number % 2 == 1 ? k : count - 1 - k];  // to and fro: news travel through a stack both ways
        int& a = changed_[c.slot[0] < 0 ? supports : c.slot[0]];
        int& b = changed_[c.slot[1] < 0 ? supports : c.slot[1]];
        if (a < c.visited && b < c.visited) continue;
        c.visited = number;
        const double vn = row_times(c.slot, c.n.row, v) + c.fixed[0];
        double normal = c.normal - (vn - c.rebound) / c.n.compliance;
        if (!c.bilateral) normal = std::max(normal, 0.0);
        double changed = change(c, c.n, vn, normal - c.normal, c.fixed[0], c.normal, v, external);
        if (c.tangential) {
            const double vt = row_times(c.slot, c.t.row, v) + c.fixed[1];
            double shear = c.shear - vt / c.t.compliance;
            if (!c.bilateral) {
                const double limit = c.mu * c.normal + c.cohesion_impulse;
                shear = std::clamp(shear, -limit, limit);
            }
            changed = std::max(changed, change(c, c.t, vt, shear - c.shear, c.fixed[1], c.shear, v, external));
        }
        if (changed > quiet) {
            a = b = number;
            changed_[supports] = 0;
        }
        largest = std::max(largest, changed);
    }
    return largest;
}

ImpactReport ImpactSolver::resolve(std::span<const ContactRow> rows, std::span<const std::array<double, 2>> support,
                                   std::span<const Mat6> mass, std::span<Vec6> velocity, const Scheme& scheme,
                                   double dt, double speed_scale) {
    ImpactReport report;
    report.violation = largest_violation(rows, support, velocity, scheme, dt);
    if (report.violation <= QUIET * speed_scale) return report;

    inverse_.resize(mass.size());
    for (std::size_t s = 0; s < mass.size(); ++s) inverse_[s] = inverse(mass[s]);
    impacts_.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const ContactRow& r = rows[i];
        if (!takes_part(r, scheme)) continue;
        impacts_.push_back({r.slot, speed_of(support[i], dt), direction(r.slot, r.n), direction(r.slot, r.t),
                            r.used_n * dt, r.used_t * dt, r.mu, r.cohesion_force * dt, r.rebound, r.bonded,
                            !tangential_spring(r, scheme)});
    }
    changed_.assign(mass.size() + 1, 0);
    double before = INFINITY;
    while (report.sweeps < MAX_SWEEPS) {
        ++report.sweeps;
        report.violation = sweep(velocity, STANDSTILL * speed_scale, report.sweeps, report.external);
        if (report.violation <= STANDSTILL * speed_scale) break;
        if (report.sweeps % LOOK > 0) continue;
        if (report.violation > STALLED * before) break;
        before = report.violation;
    }
    return report;
}

}  // namespace dda
