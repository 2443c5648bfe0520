#include "linear_solver.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "block_cholesky.hpp"
#include "conjugate_gradients.hpp"
#include "method_choice.hpp"

namespace dda {

namespace {

/// The incomplete factor is that of A + s diag(A): with stiff contacts s = 0 often fails, and 1 % costs nothing.
constexpr std::array incomplete_shifts = {0.01, 0.04, 0.16, 0.64};
/// The complete one needs a shift only where A is singular to rounding.
constexpr std::array complete_shifts = {0.0, 1e-13, 1e-10, 1e-7};
/// With a complete factor of this very matrix, more iterations than this mean that A is out of reach.
constexpr int most_direct_iterations = 40;
/// Iterations with the incomplete factor stop at this much more work than a complete factor takes.
constexpr double most_work = 1.5;
/// Solves that a factor of an earlier matrix is not tried for, at most.
constexpr int longest_wait = 64;

}  // namespace

/// A factor, the pattern it was analysed for, and how well it serves.
struct KeptFactor {
    BlockCholesky factor;
    Method method;
    std::vector<std::array<int, 2>> pairs;  ///< the pattern analysed
    bool ready = false;                     ///< a factor of some matrix of the right size is there
    bool fresh = false;                     ///< ... of the matrix at hand
    bool exact = false;                     ///< ... without a shift
    double rate = 0.0;                      ///< iterations per decade of residual when last fresh
    double excess = 0.0;                    ///< work lost by serving later matrices since then
    int wait = 0;                           ///< solves still to go before it may serve a later matrix again
    int next_wait = 1;                      ///< doubles each time that it had to be remade halfway, halves when not
    Work work;

    /// Makes the factor of A. False when A is not positive definite for any shift.
    bool make(const BlockMatrix& a, int threads) {
        const bool known = ready && std::ranges::equal(pairs, a.pairs());
        if (!known) {
            factor.analyse(a, method == Method::complete ? Fill::complete : Fill::none);
            pairs.assign(a.pairs().begin(), a.pairs().end());
            const CholeskyPattern& p = factor.pattern();
            work = method == Method::complete
                       ? complete_work(a.rows(), static_cast<int>(pairs.size()), p.entries(), p.products)
                       : incomplete_work(a.rows(), static_cast<int>(pairs.size()));
        }
        const auto& shifts = method == Method::complete ? complete_shifts : incomplete_shifts;
        const auto made = std::ranges::find_if(shifts, [&](double s) { return factor.factor(a, s, threads); });
        ready = fresh = made != shifts.end();
        exact = ready && *made == 0.0;
        rate = excess = 0.0;
        return ready;
    }
};

struct LinearSolver::Impl {
    std::array<KeptFactor, 2> kept;
    MethodChoice choice;
    ConjugateGradients gradients;
    int rows = -1;

    KeptFactor& in_use() { return kept[static_cast<size_t>(choice.method())]; }

    void begin(const BlockMatrix& a) {
        rows = a.rows();
        for (Method m : {Method::incomplete, Method::complete}) {
            KeptFactor& k = kept[static_cast<size_t>(m)];
            k.ready = k.fresh = false;
            k.wait = 0;
            k.next_wait = 1;
            k.method = m;
        }
        choice.begin(rows, static_cast<int>(a.pairs().size()));
    }

    /// Conjugate gradients with the factor in use, which is made anew when it has lost more work than that takes.
    /// Returns the work spent.
    double attempt(const BlockMatrix& a, std::span<const Vec6> b, std::span<Vec6> x, double target,
                   const SolverOptions& options, SolveReport& report) {
        KeptFactor& k = in_use();
        const double start = gradients.residual();
        double spent = 0.0;
        if (k.ready && !k.fresh && k.excess < k.work.setup && k.wait-- <= 0) {
            const double expected = k.rate * std::log10(start / target);
            const double patience = expected + k.work.setup / k.work.iteration + 2.0;
            const int limit = std::min(static_cast<int>(patience), options.max_iterations);
            const int used = gradients.run(a, k.factor, b, x, target, limit, options.threads);
            report.iterations += used;
            spent += used * k.work.iteration;
            k.excess += std::max(0.0, used - expected) * k.work.iteration;
            if (gradients.residual() <= target) {
                k.next_wait = std::max(1, k.next_wait / 2);
                return spent;
            }
            k.wait = k.next_wait;
            k.next_wait = std::min(2 * k.next_wait, longest_wait);
        }
        if (!k.fresh) {
            const bool made = k.make(a, options.threads);
            spent += k.work.setup;
            if (k.method == Method::complete) choice.set_complete_work(k.work);
            if (!made) return spent;
        }
        const double decades = std::log10(gradients.residual() / target);
        const int limit = k.method == Method::complete
                              ? most_direct_iterations
                              : std::min(options.max_iterations - report.iterations, choice.most_iterations(most_work));
        const int used = gradients.run(a, k.factor, b, x, target, limit, options.threads);
        report.iterations += used;
        if (k.rate == 0.0) k.rate = used / std::max(decades, 1.0);
        return spent + used * k.work.iteration;
    }
};

LinearSolver::LinearSolver() : impl_(std::make_unique<Impl>()) {}
LinearSolver::~LinearSolver() = default;
void LinearSolver::forget() {
    impl_->rows = -1;
}

bool LinearSolver::solve_directly(std::span<const Vec6> b, std::span<Vec6> x, int threads) {
    KeptFactor& k = impl_->in_use();
    if (k.method != Method::complete || !k.fresh || !k.exact) return false;
    k.factor.solve(b, x, threads);
    impl_->choice.record(k.work.iteration);
    return true;
}

SolveReport LinearSolver::solve(const BlockMatrix& a, std::span<const Vec6> b, std::span<Vec6> x,
                                const SolverOptions& options, bool matrix_changed) {
    Impl& m = *impl_;
    SolveReport report;
    if (a.rows() != m.rows) m.begin(a);
    if (matrix_changed)
        for (KeptFactor& k : m.kept) k.fresh = false;

    const double scale = std::max(m.gradients.norm(b, options.threads), options.scale);
    if (scale == 0.0) {
        std::ranges::fill(x, Vec6{});
        report.converged = true;
        return report;
    }
    const double target = options.tolerance * scale;
    m.gradients.start(a, b, x, options.threads);
    // |b - A x| that is not finite compares false: no attempt is made.
    const bool finite = std::isfinite(scale) && std::isfinite(m.gradients.residual());
    if (finite && m.gradients.residual() > target) {
        const double work = m.attempt(a, b, x, target, options, report);
        report.direct = m.choice.method() == Method::complete;
        if (m.gradients.residual() <= target) {
            m.choice.record(work);
        } else {
            m.choice.give_up();
            if (!report.direct) m.attempt(a, b, x, target, options, report);
            report.direct = true;
        }
    }
    report.residual = m.gradients.residual() / scale;
    report.converged = finite && m.gradients.residual() <= target;
    return report;
}

}  // namespace dda
