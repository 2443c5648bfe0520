#include "friction_solver.hpp"

#include <algorithm>
#include <cmath>

#include "block_vectors.hpp"

namespace dda {
namespace {

constexpr int DIRECTIONS = 40;  // of the Krylov space; each costs one symmetric solve
constexpr int RESTARTS = 3;     // from the true residual

using Vector = std::vector<Vec6>;

/// t cross (n . x) of the clipped contacts, packed: it is read in every direction of the Krylov space.
class ClippedFriction {
  public:
    explicit ClippedFriction(std::span<const ContactRow> rows) {
        for (const ContactRow& r : rows) {
            if (r.cross == 0.0) continue;
            clipped_.push_back({r.slot, r.n, r.t});
            for (Vec6& t : clipped_.back().t)
                for (double& x : t) x *= r.cross;
        }
    }
    bool none() const { return clipped_.empty(); }

    /// y += C x
    void add_product(std::span<const Vec6> x, std::span<Vec6> y) const {
        for (const Clipped& c : clipped_) {
            const double force = row_times(c.slot, c.n, x);
            for (int side = 0; side < 2; ++side)
                if (c.slot[side] >= 0) add_scaled(y[c.slot[side]], force, c.t[side]);
        }
    }

  private:
    struct Clipped {
        std::array<int, 2> slot;
        std::array<Vec6, 2> n, t;
    };
    std::vector<Clipped> clipped_;
};

class Operator {
  public:
    Operator(const StepSystem& system, const ClippedFriction& friction, LinearSolver& solver,
             const SolverOptions& options, SolveReport& report)
        : system_(system),
          friction_(friction),
          solver_(solver),
          options_(options),
          report_(report),
          first_(system.matrix_changed()) {}

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

    // z ~ S^-1 v, w = (S + C) z: exact, however z is found (flexible GMRES, Saad 1993)
    bool apply(const Vector& v, Vector& z, Vector& w) {
        if (!first_ && solver_.solve_directly(v, z, options_.threads)) {
            ++report_.iterations;
            w = v;
        } else {
            SolverOptions options = options_;
            options.tolerance = options_.direction;
            options.scale = 0.0;
            std::fill(z.begin(), z.end(), Vec6{});
            if (!solve(v, z, options)) return false;
            system_.matrix().multiply(z, w, options_.threads);
        }
        friction_.add_product(z, w);
        return true;
    }

    // r = b - (S + C) x; returns r . r
    double residual(std::span<const Vec6> x, Vector& r, BlockVectors& vectors) const {
        system_.matrix().multiply(x, r, options_.threads);
        friction_.add_product(x, r);
        return vectors.subtract_from(system_.right_side(), r);
    }

  private:
    const StepSystem& system_;
    const ClippedFriction& friction_;
    LinearSolver& solver_;
    const SolverOptions& options_;
    SolveReport& report_;
    bool first_;  ///< the next solve is the first one with this matrix
};

// One cycle: adds to x what Arnoldi (modified Gram-Schmidt) and least squares (Givens rotations) find for the residual
// r of norm beta. False when a symmetric solve fails.
bool cycle(Operator& op, BlockVectors& vectors, Vector r, double beta, double enough, std::span<Vec6> x) {
    vectors.scale(1.0 / beta, r);
    std::vector<Vector> v{std::move(r)}, z;
    std::vector<std::vector<double>> h;  // columns
    std::vector<double> cs, sn, g{beta};
    while (static_cast<int>(h.size()) < DIRECTIONS) {
        const int k = static_cast<int>(h.size());
        Vector w(x.size());
        z.emplace_back(x.size());
        if (!op.apply(v[k], z[k], w)) return false;
        std::vector<double> column(k + 2);
        column[0] = vectors.dot(w, v[0]);
        for (int i = 0; i < k; ++i) column[i + 1] = vectors.remove(column[i], v[i], w, v[i + 1]);
        const double length = column[k + 1] = std::sqrt(vectors.remove(column[k], v[k], w, w));
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
        vectors.scale(1.0 / length, w);
        v.push_back(std::move(w));
    }
    const int m = static_cast<int>(h.size());
    std::vector<double> y(m);
    for (int i = m - 1; i >= 0; --i) {
        y[i] = g[i];
        for (int j = i + 1; j < m; ++j) y[i] -= h[j][i] * y[j];
        y[i] /= h[i][i];
    }
    for (int i = 0; i < m; ++i) vectors.add(y[i], z[i], x);
    return true;
}

}  // namespace

SolveReport solve_with_friction(const StepSystem& system, std::span<const ContactRow> rows, LinearSolver& solver,
                                const SolverOptions& options, std::span<Vec6> x) {
    SolveReport report;
    const ClippedFriction friction(rows);
    Operator op(system, friction, solver, options, report);
    if (friction.none()) {
        op.solve(system.right_side(), x, options);
        return report;
    }
    BlockVectors vectors;
    vectors.set_threads(options.threads, static_cast<int>(x.size()));
    const std::span<const Vec6> b = system.right_side();
    const double scale = std::max(std::sqrt(vectors.dot(b, b)), options.scale), enough = options.tolerance * scale;
    Vector r(x.size());
    report.converged = true;
    for (int restart = 0; restart <= RESTARTS; ++restart) {
        const double beta = std::sqrt(op.residual(x, r, vectors));
        report.residual = scale > 0.0 ? beta / scale : 0.0;
        if (!(beta > enough) || restart == RESTARTS || !cycle(op, vectors, r, beta, enough, x)) break;
    }
    report.converged = report.converged && std::isfinite(report.residual);  // Newton's iteration goes on from here
    return report;
}

}  // namespace dda
