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
    std::array<double, 2> fixed;  // speed of the support in the gap and in the sliding [m/s]
    Direction n, t;
    double normal, shear;  // total impulses [N s/m]
    double mu, cohesion_impulse;
    bool bilateral, tangential;
};

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
double violation(const ContactRow& r, const std::array<double, 2>& fixed, std::span<const Vec6> v,
                 const Scheme& scheme) {
    const double vn = row_times(r.slot, r.n, v) + fixed[0], vt = row_times(r.slot, r.t, v) + fixed[1];
    if (r.state == ContactState::sliding) return std::max(std::abs(vn), vt * (r.shear > 0.0 ? 1.0 : -1.0));
    return tangential_spring(r, scheme) ? std::abs(vn) : std::max(std::abs(vn), std::abs(vt));
}

// Change an impulse by `change`, unless that would feed energy into the blocks (where friction shrinks with the normal
// impulse). Returns the speed it changed.
double apply(Impact& c, const Direction& d, double speed, double change, double fixed, double& impulse,
             std::span<Vec6> v, double& external) {
    if (change * (speed + 0.5 * change * d.compliance) > 0.0) return 0.0;
    push(c, d, change, v);
    impulse += change;
    external -= change * fixed;
    return std::abs(change) * d.compliance;
}

double sweep(std::vector<Impact>& impacts, std::span<Vec6> v, double& external) {
    double largest = 0.0;
    for (Impact& c : impacts) {
        const double vn = row_times(c.slot, c.n.row, v) + c.fixed[0];
        double total = c.normal - vn / c.n.compliance;
        if (!c.bilateral) total = std::max(total, 0.0);
        largest = std::max(largest, apply(c, c.n, vn, total - c.normal, c.fixed[0], c.normal, v, external));
        if (!c.tangential) continue;
        const double vt = row_times(c.slot, c.t.row, v) + c.fixed[1];
        double shear = c.shear - vt / c.t.compliance;
        if (!c.bilateral) {
            const double limit = c.mu * c.normal + c.cohesion_impulse;
            shear = std::clamp(shear, -limit, limit);
        }
        largest = std::max(largest, apply(c, c.t, vt, shear - c.shear, c.fixed[1], c.shear, v, external));
    }
    return largest;
}

}  // namespace

ImpactReport resolve_impacts(std::span<const ContactRow> rows, std::span<const std::array<double, 2>> support,
                             std::span<const Mat6> mass, std::span<Vec6> velocity, const Scheme& scheme, double dt,
                             double speed_scale) {
    ImpactReport report;
    const auto speed_of_support = [&](std::size_t i) {
        return std::array<double, 2>{support[i][0] / dt, support[i][1] / dt};
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (takes_part(rows[i], scheme))
            report.violation = std::max(report.violation, violation(rows[i], speed_of_support(i), velocity, scheme));
    if (report.violation <= QUIET * speed_scale) return report;

    std::vector<Impact> impacts;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const ContactRow& r = rows[i];
        if (!takes_part(r, scheme)) continue;
        impacts.push_back({r.slot, speed_of_support(i), make_direction(r.slot, r.n, mass),
                           make_direction(r.slot, r.t, mass), r.used_n * dt, r.used_t * dt, r.mu, r.cohesion_force * dt,
                           r.bonded, !tangential_spring(r, scheme)});
    }
    while (report.sweeps < MAX_SWEEPS) {
        ++report.sweeps;
        report.violation = sweep(impacts, velocity, report.external);
        if (report.violation <= STANDSTILL * speed_scale) break;
    }
    return report;
}

}  // namespace dda
