// The open-close iteration, whatever moves the points: outer iteration over the multipliers; inside it semismooth
// Newton on the Coulomb problem, where a step that makes the unbalanced force larger is halved. Where it must be halved
// again and again, the problem may find the states by sweeps.
//
// A Problem gives the mechanics between the rows:
//     solve()        solve the equations for the forces and stiffnesses that the rows stand at; a SolveReport
//     move(x)        d = start + x (solution - start); keep() makes the present d the start
//     measure()      gap, slide and their linearisations at d of all rows that are awake
//     awake()        the rows to look at, ascending: the others are open and stay so
//     unbalance()    norm of the unbalanced force at d under the true forces of the rows
//     adjust()       renew what of the equations depends on d; are they still changing?
//     sweep()        find d and the states of the rows without Newton's method; false where there is no such way
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>

#include "contact_law.hpp"
#include "linear_solver.hpp"
#include "team.hpp"

namespace dda {

struct OpenCloseReport {
    std::string failure;  ///< empty when it came to rest
    int iterations = 0;
    bool loose = false;
    double residual = 0.0;  ///< of the last linear solve
};

/// True forces at d against those of the solve; returns the largest miss as a part of what is tolerated.
inline double take_forces(std::span<ContactRow> rows, std::span<const int> awake, const Scheme& scheme,
                          const ContactOptions& options, int threads) {
    const int n = static_cast<int>(awake.size());
    double worst = 0.0;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1) reduction(max : worst)
    for (int i = 0; i < n; ++i) {
        ContactRow& r = rows[awake[i]];
        worst = std::max(worst, update_forces(r, r.gap - r.gap_linear, r.slide - r.slide_linear, scheme, options));
    }
    return worst;
}

/// The unrest of all ranks together, and a renewal that all of them have come to.
inline void add_up(Team& team, Unrest& u) {
    std::array<double, 3> sums{u.multipliers, u.forces, u.step};
    team.sum(sums);
    u = {sums[0], sums[1], sums[2]};
}
inline void agree(Team& team, Renewal& r) {
    std::array<double, 3> moving{r.rest ? 0.0 : 1.0, r.settled ? 0.0 : 1.0, r.near ? 0.0 : 1.0};
    team.maximum(moving);
    r.rest = moving[0] == 0.0;
    r.settled = moving[1] == 0.0;
    r.near = moving[2] == 0.0;
}

template <class Problem>
OpenCloseReport open_close(Problem& problem, std::span<ContactRow> rows, const Scheme& scheme,
                           const ContactOptions& contact, double solver_tolerance, int most, int threads = 1,
                           Team* team = nullptr) {
    constexpr int HALVINGS = 4;
    constexpr double SLOW = 0.5;     // part of their change that renewing the multipliers leaves, or more
    constexpr double INEXACT = 0.3;  // part of the multipliers' change that Newton may leave before they are renewed
    constexpr int PATIENCE = 10;     // halved iterations
    OpenCloseReport report;
    int halved = 0;
    bool swept = false;  // Newton went in circles: one change of the multipliers may lead out of them
    for (ContactRow& r : rows) begin_outer(r, contact);
    problem.measure();
    double unbalance = INFINITY, before_renewal = INFINITY;
    while (report.iterations < most) {
        for (const int i : problem.awake())
            report.iterations == 0 ? set_first_solve(rows[i], scheme) : set_solve(rows[i], scheme);
        const SolveReport solved_to = problem.solve();
        ++report.iterations;
        report.residual = solved_to.residual;
        if (!solved_to.converged) {
            report.failure =
                "the linear solver did not converge (relative residual " + std::to_string(solved_to.residual) + ")";
            return report;
        }
        problem.keep();
        const double before = unbalance;
        double x = 1.0, missed = 0.0;
        for (int halving = 0; halving <= HALVINGS; ++halving, x *= 0.5) {
            problem.move(x);
            problem.measure();
            missed = largest(team, take_forces(rows, problem.awake(), scheme, contact, threads));
            if (x == 1.0 && missed <= 1.0) break;
            unbalance = problem.unbalance();
            if (unbalance < before) break;
        }
        const bool changing = problem.adjust();
        if (x < 1.0 && ++halved > PATIENCE && problem.sweep()) {
            halved = 0;
            swept = true;
            problem.measure();
            take_forces(rows, problem.awake(), scheme, contact, threads);
            unbalance = problem.unbalance();
            continue;
        }
        if (x < 1.0 || changing) continue;
        Unrest left = unrest(rows, problem.awake(), scheme);
        if (team) add_up(*team, left);
        const bool slow = left.multipliers > SLOW * SLOW * before_renewal;
        const bool still = slow && report.iterations > contact.slow_patience &&
                           left.multipliers <= contact.slow_change * contact.slow_change * left.step;
        const bool loose = report.iterations > contact.patience;  // the next renewal that is solved for may be the last
        const bool solved = missed <= 1.0 && solved_to.residual <= solver_tolerance;
        if (!solved && !swept && (loose || still || left.forces > INEXACT * INEXACT * left.multipliers)) continue;
        before_renewal = left.multipliers;
        swept = false;  // one renewal out of the circles: more, with the forces never solved for, drift ever further
        Renewal renewal{.solved = solved, .loose = loose};
        for (const int i : problem.awake()) update_outer(rows[i], scheme, contact, renewal);
        if (team) agree(*team, renewal);
        if (renewal.solved && (renewal.rest || (renewal.settled && still && (renewal.near || renewal.loose)))) {
            bool broken = false;
            for (const int i : problem.awake()) broken = break_bond(rows[i], contact) || broken;
            if (!any(team, broken)) {
                report.loose = loose || !renewal.rest;
                return report;
            }
        }
        take_forces(rows, problem.awake(), scheme, contact, threads);
        unbalance = problem.unbalance();
    }
    report.failure = "the open-close iteration did not come to rest in " + std::to_string(most) + " iterations";
    return report;
}

}  // namespace dda
