#include "friction_solver.hpp"

#include <algorithm>
#include <cmath>

namespace dda {
namespace {

constexpr int DIRECTIONS = 40;  // of the Krylov space; each costs one symmetric solve
constexpr double INNER = 1e-6;  // relative residual of those solves: their errors only bend the directions
constexpr int RESTARTS = 3;     // from the true residual

using Vector = std::vector<Vec6>;

double inner(const Vector& a, const Vector& b) {
    double s = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) s += dot(a[i], b[i]);
    return s;
}

double norm(std::span<const Vec6> a) {
    double s = 0.0;
    for (const Vec6& v : a) s += dot(v, v);
    return std::sqrt(s);
}

void add(std::span<Vec6> y, double s, const Vector& x) {
    for (std::size_t i = 0; i < y.size(); ++i) add_scaled(y[i], s, x[i]);
}

class Operator {
  public:
    Operator(const StepSystem& system, std::span<const ContactRow> rows, LinearSolver& solver,
             const SolverOptions& options, SolveReport& report)
        : system_(system), rows_(rows), solver_(solver), options_(options), report_(report) {}

    // x = S^-1 b from the start given in x.
    bool solve(std::span<const Vec6> b, std::span<Vec6> x, const SolverOptions& options) {
        const SolveReport r = solver_.solve(system_.matrix(), b, x, options, first_);
        first_ = false;
        report_.iterations += r.iterations;
        report_.direct = report_.direct || r.direct;
        report_.residual = r.residual;
        report_.converged = r.converged;
        return r.converged;
    }

    // z = S^-1 v, w = v + C z
    bool apply(const Vector& v, Vector& z, Vector& w) {
        if (!first_ && solver_.solve_directly(v, z, options_.threads)) {
            ++report_.iterations;
        } else {
            SolverOptions options = options_;
            options.tolerance = INNER;
            options.scale = 0.0;
            std::fill(z.begin(), z.end(), Vec6{});
            if (!solve(v, z, options)) return false;
        }
        system_.multiply_friction(rows_, z, w);
        add(w, 1.0, v);
        return true;
    }

    // b - (S + C) x
    void residual(std::span<const Vec6> x, Vector& r) const {
        Vector y(x.size());
        system_.matrix().multiply(x, r, options_.threads);
        system_.multiply_friction(rows_, x, y);
        const std::span<const Vec6> b = system_.right_side();
        for (std::size_t i = 0; i < r.size(); ++i)
            for (int k = 0; k < 6; ++k) r[i][k] = b[i][k] - r[i][k] - y[i][k];
    }

  private:
    const StepSystem& system_;
    std::span<const ContactRow> rows_;
    LinearSolver& solver_;
    const SolverOptions& options_;
    SolveReport& report_;
    bool first_ = true;
};

// One cycle: adds to x what Arnoldi (modified Gram-Schmidt) and least squares (Givens rotations) find for the residual
// r of norm beta. False when a symmetric solve fails.
bool cycle(Operator& op, Vector r, double beta, double enough, std::span<Vec6> x) {
    for (Vec6& e : r)
        for (double& y : e) y /= beta;
    std::vector<Vector> v{std::move(r)}, z;
    std::vector<std::vector<double>> h;  // columns
    std::vector<double> cs, sn, g{beta};
    while (static_cast<int>(h.size()) < DIRECTIONS) {
        const int k = static_cast<int>(h.size());
        Vector w(x.size());
        z.emplace_back(x.size());
        if (!op.apply(v[k], z[k], w)) return false;
        std::vector<double> column(k + 2);
        for (int i = 0; i <= k; ++i) add(w, -(column[i] = inner(w, v[i])), v[i]);
        const double length = column[k + 1] = norm(w);
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
        if (std::abs(g[k + 1]) <= enough || length <= 1e-14) break;
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
    for (int i = 0; i < m; ++i) add(x, y[i], z[i]);
    return true;
}

}  // namespace

SolveReport solve_with_friction(const StepSystem& system, std::span<const ContactRow> rows, LinearSolver& solver,
                                const SolverOptions& options, std::span<Vec6> x) {
    SolveReport report;
    Operator op(system, rows, solver, options, report);
    const bool slides = std::any_of(rows.begin(), rows.end(), [](const ContactRow& r) { return r.cross != 0.0; });
    if (!slides) {
        op.solve(system.right_side(), x, options);
        return report;
    }
    const double scale = std::max(norm(system.right_side()), options.scale), enough = options.tolerance * scale;
    Vector r(x.size());
    report.converged = true;
    for (int restart = 0; restart <= RESTARTS; ++restart) {
        op.residual(x, r);
        const double beta = norm(r);
        report.residual = scale > 0.0 ? beta / scale : 0.0;
        if (!(beta > enough) || restart == RESTARTS || !cycle(op, r, beta, enough, x)) break;
    }
    report.converged = report.converged && std::isfinite(report.residual);  // Newton's iteration goes on from here
    return report;
}

}  // namespace dda
