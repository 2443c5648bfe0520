#include "friction_solver.hpp"

#include <algorithm>
#include <cmath>

namespace dda {
namespace {

constexpr int DIRECTIONS = 30;      // of the Krylov space; each costs one symmetric solve
constexpr double REDUCTION = 1e-6;  // of the residual that GMRES starts with, or
constexpr double ACCURACY = 1e-8;   // of the solution

using Vector = std::vector<Vec6>;

double inner(const Vector& a, const Vector& b) {
    double s = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) s += dot(a[i], b[i]);
    return s;
}

void add(Vector& y, double s, const Vector& x) {
    for (std::size_t i = 0; i < y.size(); ++i) add_scaled(y[i], s, x[i]);
}

class Operator {
  public:
    Operator(const StepSystem& system, std::span<const ContactRow> rows, LinearSolver& solver,
             const SolverOptions& options, SolveReport& report)
        : system_(system), rows_(rows), solver_(solver), options_(options), report_(report) {}

    // S^-1 b from the start given in x.
    bool solve(std::span<const Vec6> b, std::span<Vec6> x) {
        const SolveReport r = solver_.solve(system_.matrix(), b, x, options_, first_);
        first_ = false;
        report_.iterations += r.iterations;
        report_.direct = report_.direct || r.direct;
        report_.residual = r.residual;
        report_.converged = r.converged;
        return r.converged;
    }

    // S^-1 C x
    bool friction(const Vector& x, Vector& y) {
        Vector force(x.size());
        system_.multiply_friction(rows_, x, force);
        std::fill(y.begin(), y.end(), Vec6{});
        return solve(force, y);
    }

  private:
    const StepSystem& system_;
    std::span<const ContactRow> rows_;
    LinearSolver& solver_;
    const SolverOptions& options_;
    SolveReport& report_;
    bool first_ = true;
};

}  // namespace

SolveReport solve_with_friction(const StepSystem& system, std::span<const ContactRow> rows, LinearSolver& solver,
                                const SolverOptions& options, std::span<Vec6> x) {
    SolveReport report;
    Operator op(system, rows, solver, options, report);
    const bool slides = std::any_of(rows.begin(), rows.end(), [](const ContactRow& r) { return r.cross != 0.0; });
    if (!slides) {
        op.solve(system.right_side(), x);
        return report;
    }
    const Vector start(x.begin(), x.end());
    Vector r = start, Cx(x.size());
    if (!op.solve(system.right_side(), r) || !op.friction(start, Cx)) return report;
    const double size = std::sqrt(inner(r, r));
    add(r, -1.0, start);
    add(r, -1.0, Cx);  // residual of x + S^-1 C x = S^-1 b at the start

    // Arnoldi with modified Gram-Schmidt, least squares by Givens rotations.
    const double beta = std::sqrt(inner(r, r));
    const double enough = std::max(REDUCTION * beta, ACCURACY * size);
    if (beta <= enough) return report;
    std::vector<Vector> v{r};
    for (Vec6& e : v[0])
        for (double& y : e) y /= beta;
    std::vector<std::vector<double>> h;  // columns
    std::vector<double> cs, sn, g{beta};
    while (static_cast<int>(h.size()) < DIRECTIONS) {
        const int k = static_cast<int>(h.size());
        Vector w(x.size());
        if (!op.friction(v[k], w)) return report;
        add(w, 1.0, v[k]);
        std::vector<double> column(k + 2);
        for (int i = 0; i <= k; ++i) add(w, -(column[i] = inner(w, v[i])), v[i]);
        const double length = column[k + 1] = std::sqrt(inner(w, w));
        for (int i = 0; i < k; ++i) {
            const double a = cs[i] * column[i] + sn[i] * column[i + 1];
            column[i + 1] = cs[i] * column[i + 1] - sn[i] * column[i];
            column[i] = a;
        }
        const double hypot = std::hypot(column[k], column[k + 1]);
        if (hypot == 0.0) break;
        cs.push_back(column[k] / hypot);
        sn.push_back(column[k + 1] / hypot);
        column[k] = hypot;
        g.push_back(-sn[k] * g[k]);
        g[k] *= cs[k];
        h.push_back(column);
        if (std::abs(g[k + 1]) <= enough || length <= 1e-14 * beta) break;
        for (Vec6& e : w)
            for (double& y : e) y /= length;
        v.push_back(std::move(w));
    }
    const int m = static_cast<int>(h.size());
    std::vector<double> y(m);
    for (int i = m - 1; i >= 0; --i) {
        y[i] = g[i];
        for (int j = i + 1; j < m; ++j) y[i] -= h[j][i] * y[j];
        y[i] /= h[i][i];
    }
    Vector solution = start;
    for (int i = 0; i < m; ++i) add(solution, y[i], v[i]);
    std::copy(solution.begin(), solution.end(), x.begin());
    return report;
}

}  // namespace dda
