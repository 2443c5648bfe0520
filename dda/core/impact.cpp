#include "impact.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "contact_law.hpp"

namespace dda {
namespace {

constexpr double QUIET = 1e-7;       // of the speed scale: contacts slower than this need no impulse
constexpr double STANDSTILL = 1e-6;  // of the speed scale: the sweeps stop when none changes a speed by more
constexpr int MAX_SWEEPS = 200;      // projected Gauss-Seidel; what is left then goes into the next step

struct Direction {
    std::array<Vec6, 2> row, gain;  // gain = M^-1 row
    double compliance = 0.0;
};

struct Impact {
    std::array<int, 2> slot;
    Direction n, t;
    double normal, shear;  // total impulses [N s/m]
    double mu, cohesion_impulse;
    bool bilateral, tangential;
};

double speed(const std::array<int, 2>& slot, const Direction& d, std::span<const Vec6> v) {
    return row_times(slot, d.row, v);
}

void push(const Impact& c, const Direction& d, double impulse, std::span<Vec6> v) {
    for (int side = 0; side < 2; ++side)
        if (c.slot[side] >= 0) add_scaled(v[c.slot[side]], impulse, d.gain[side]);
}

Vec6 solve_mass(const Mat6& m, const Vec6& r) {
    using Matrix = Eigen::Matrix<double, 6, 6, Eigen::RowMajor>;
    const Eigen::Map<const Matrix> M(m.a.data());
    const Eigen::Map<const Eigen::Matrix<double, 6, 1>> b(r.data());
    Vec6 x;
    Eigen::Map<Eigen::Matrix<double, 6, 1>>(x.data()) = M.llt().solve(b);
    return x;
}

Direction make_direction(const std::array<int, 2>& slot, const std::array<Vec6, 2>& row, std::span<const Mat6> mass) {
    Direction d{row, {}, 0.0};
    for (int side = 0; side < 2; ++side) {
        if (slot[side] < 0) continue;
        d.gain[side] = solve_mass(mass[slot[side]], row[side]);
        d.compliance += dot(row[side], d.gain[side]);
    }
    return d;
}

bool takes_part(const ContactRow& r, const Scheme& scheme) {
    return r.state != ContactState::open && !normal_spring(r, scheme);
}

// Speeds that break the conditions: approach, or separation and slip that an impulse of the step still resists.
double violation(const ContactRow& r, std::span<const Vec6> v, const Scheme& scheme) {
    double worst = std::abs(row_times(r.slot, r.n, v));
    if (r.state != ContactState::sliding && !tangential_spring(r, scheme))
        worst = std::max(worst, std::abs(row_times(r.slot, r.t, v)));
    else if (r.state == ContactState::sliding)
        worst = std::max(worst, row_times(r.slot, r.t, v) * (r.shear > 0.0 ? 1.0 : -1.0));
    return worst;
}

double sweep(std::vector<Impact>& impacts, std::span<Vec6> v) {
    double largest = 0.0;
    for (Impact& c : impacts) {
        const double vn = speed(c.slot, c.n, v);
        double total = c.normal - vn / c.n.compliance;
        if (!c.bilateral) total = std::max(total, 0.0);
        push(c, c.n, total - c.normal, v);
        largest = std::max(largest, std::abs(total - c.normal) * c.n.compliance);
        c.normal = total;
        if (!c.tangential) continue;
        const double vt = speed(c.slot, c.t, v);
        double shear = c.shear - vt / c.t.compliance;
        if (!c.bilateral) {
            const double limit = c.mu * c.normal + c.cohesion_impulse;
            shear = std::clamp(shear, -limit, limit);
        }
        push(c, c.t, shear - c.shear, v);
        largest = std::max(largest, std::abs(shear - c.shear) * c.t.compliance);
        c.shear = shear;
    }
    return largest;
}

}  // namespace

ImpactReport resolve_impacts(std::span<const ContactRow> rows, std::span<const Mat6> mass, std::span<Vec6> velocity,
                             const Scheme& scheme, double dt, double speed_scale) {
    ImpactReport report;
    for (const ContactRow& r : rows)
        if (takes_part(r, scheme)) report.violation = std::max(report.violation, violation(r, velocity, scheme));
    if (report.violation <= QUIET * speed_scale) return report;

    std::vector<Impact> impacts;
    for (const ContactRow& r : rows) {
        if (!takes_part(r, scheme)) continue;
        impacts.push_back({r.slot, make_direction(r.slot, r.n, mass), make_direction(r.slot, r.t, mass), r.used_n * dt,
                           r.used_t * dt, r.mu, r.cohesion_force * dt, r.bonded, !tangential_spring(r, scheme)});
    }
    while (report.sweeps < MAX_SWEEPS) {
        ++report.sweeps;
        report.violation = sweep(impacts, velocity);
        if (report.violation <= STANDSTILL * speed_scale) break;
    }
    return report;
}

}  // namespace dda
