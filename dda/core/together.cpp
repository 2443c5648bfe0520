// What a part of a model does with the other parts. Every rank has the rows of all contacts that touch its own blocks
// and of those between its ghosts; it puts the equations of its own blocks, and all of them are solved together.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "impacts_together.hpp"
#include "owned_rows.hpp"
#include "simulation.hpp"

namespace dda {
namespace {

constexpr double GHOSTS = 2.0;  // of the near pairs' margin: a face goes on where another one, that is near, ends

std::span<double> flat(std::vector<Vec6>& rows) {
    return {rows.empty() ? nullptr : rows.front().data(), 6 * rows.size()};
}

}  // namespace

/// Ghosts from further away where the near pairs are to be made anew with a margin that these do not reach.
void Simulation::renew_ghosts(double dt, bool is_static, const StepTime& step) {
    for (int i = 0; i < blocks_.count(); ++i)
        if (blocks_.slot[i] < 0) fixed_motion_[i] = loads_->motion(i, step);
    const double allowed = allowed_motion(dt, is_static), reach = 2.0 * allowed;
    if (near_margin_ - moved_since_ >= reach) return;
    const double needed = GHOSTS * (reach + near_slack(allowed));
    if (share_.margin - share_.moved < needed) share_.team->regroup(2.0 * needed);
}

/// After the near pairs were made: which of them the neighbours tell each other of, and the pattern of the equations.
void Simulation::note_pairs() {
    share_.pairs.clear();
    const auto add = [&](int i, int j) {
        if (blocks_.slot[i] >= 0 && blocks_.slot[j] >= 0) share_.pairs.push_back({blocks_.slot[i], blocks_.slot[j]});
    };
    for (const Contact& c : contacts_) add(blocks_.owner[c.vertex], blocks_.owner[c.edge]);
    for (const Bolt& bolt : model_.bolts) add(bolt.a, bolt.b);
    for (std::size_t k = 0, n = share_.pairs.size(); k < n; ++k)
        share_.pairs.push_back({share_.pairs[k][1], share_.pairs[k][0]});
    for (const int s : share_.slots) share_.pairs.push_back({s, s});
    std::erase_if(share_.pairs, [&](const auto& pair) { return !share_.owned[pair[0]]; });
    std::sort(share_.pairs.begin(), share_.pairs.end());
    share_.pairs.erase(std::unique(share_.pairs.begin(), share_.pairs.end()), share_.pairs.end());
    share_.new_pairs = true;
    make_lists(share_, blocks_, contacts_);
}

void Simulation::drop_loads_of_ghosts() {
    for (int s = 0; s < blocks_.moving; ++s)
        if (!share_.owned[s]) loads_->force[s] = {};
}

void Simulation::share_scales() {
    std::vector<double> scale(blocks_.moving);
    for (int i = 0; i < blocks_.count(); ++i)
        if (blocks_.slot[i] >= 0) scale[blocks_.slot[i]] = force_scale_[i];
    share_.team->exchange(scale, 1);
    for (int i = 0; i < blocks_.count(); ++i)
        if (blocks_.slot[i] >= 0) force_scale_[i] = scale[blocks_.slot[i]];
}

double Simulation::unbalance_together(const Attempt& a) const {
    std::array<double, 2> sums{system_.unbalanced_squares(a.rows, a.d, share_.slots),
                               static_cast<double>(share_.slots.size())};
    share_.team->sum(sums);
    return std::sqrt(sums[0] / std::max(1.0, sums[1]));
}

SolveReport Simulation::solve_together(const Attempt& a, const SolverOptions& options, std::vector<Vec6>& x) {
    const OwnedRows rows = owned_rows(system_, a.rows, share_);
    const std::span<const Vec6> b = system_.right_side();
    std::vector<Vec6> own_b, own_x;
    for (const int s : share_.slots) {
        own_b.push_back(b[s]);
        own_x.push_back(x[s]);
    }
    const SolveReport report = share_.team->solve(rows, own_b, own_x, options);
    share_.new_pairs = false;
    for (std::size_t k = 0; k < share_.slots.size(); ++k) x[share_.slots[k]] = own_x[k];
    share_.team->exchange(flat(x), 6);
    return report;
}

// Impulses travel through piles within one step. Where a contact of any rank is not quiet, the contacts of all ranks go
// to the first one, in the order of the whole model, and the speeds come back.
ImpactReport Simulation::resolve_together(const Attempt& a, std::span<const std::array<double, 2>> support,
                                          std::vector<Vec6>& velocity, double dt, double speed_scale) {
    Team& team = *share_.team;
    const Scheme& scheme = options_.scheme;
    ImpactReport report;
    report.violation = largest(&team, largest_violation(a.rows, support, velocity, scheme, dt));
    if (report.violation <= QUIET * speed_scale) return report;
    return gather_impacts({a.rows, support, velocity, system_.mass(), share_, blocks_, contacts_}, impacts_, scheme, dt,
                          speed_scale);
}

}  // namespace dda
