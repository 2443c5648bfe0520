#include "contact_problem.hpp"

#include <cmath>
#include <limits>

namespace nmm {

ContactProblem::ContactProblem(ContactMatrix& matrix, const BaseMatrix& A, std::span<dda::ContactRow> rows,
                               std::span<const Stencil> stencils, std::span<const double> b)
    : rows_(rows),
      stencils_(stencils),
      matrix_(matrix),
      A_(A),
      b_(Eigen::Map<const Eigen::VectorXd>(b.data(), static_cast<Eigen::Index>(b.size()))) {
    matrix_.begin(A, stencils);
}

void ContactProblem::guess(std::span<const double> v, double factor) {
    x_ = factor * Eigen::Map<const Eigen::VectorXd>(v.data(), static_cast<Eigen::Index>(v.size()));
    start_ = solution_ = x_;
}

dda::SolveReport ContactProblem::solve() {
    Eigen::VectorXd b = b_;
    for (std::size_t i = 0; i < rows_.size(); ++i)
        stencils_[i].add_force(rows_[i].solve_n, rows_[i].solve_t, {b.data(), static_cast<std::size_t>(b.size())});
    const dda::SolveReport report = matrix_.solve(rows_, b, solution_);
    solver_iterations += report.iterations;
    return report;
}

double ContactProblem::unbalance() const {
    Eigen::VectorXd r(x_.size());
    const std::span<double> view{r.data(), static_cast<std::size_t>(r.size())};
    A_.full().multiply(x(), view);
    r = b_ - r;
    for (std::size_t i = 0; i < rows_.size(); ++i) stencils_[i].add_force(rows_[i].normal, rows_[i].shear, view);
    return r.norm();
}

double ContactProblem::correct(std::span<const double> correction) {
    const Eigen::Map<const Eigen::VectorXd> c(correction.data(), static_cast<Eigen::Index>(correction.size()));
    const Eigen::VectorXd change = correction_.size() > 0 ? Eigen::VectorXd(c - correction_) : Eigen::VectorXd(c);
    b_ += change;
    correction_ = c;
    return change.cwiseAbs().maxCoeff();
}

bool StepProblem::adjust() {
    return large_.step != nullptr && correct(large_.step->correction(x())) > large_.tolerance;
}

void StepProblem::measure() {
    const dda::Blocks& b = contours_.blocks;
    const std::vector<double> shift =
        large_.step != nullptr ? large_.step->shift(x()) : std::vector<double>(x().begin(), x().end());
    const auto moved = [&](int v) { return b.position[v] + contours_.displacement(v, shift); };
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        dda::ContactRow& r = rows_[i];
        const dda::Contact& c = contacts_[r.contact];
        const dda::EdgeFrame f = dda::edge_frame(moved(c.edge), moved(b.next[c.edge]));
        const dda::Gap g = dda::measure(f, moved(c.vertex));
        r.gap = g.normal;
        r.slide = g.along - r.along0 * f.length;
        const Vec2 apart = stencils_[i].apart(x());
        r.gap_linear = r.gap - dot(stencils_[i].n, apart);
        r.slide_linear = r.slide - dot(stencils_[i].t, apart);
    }
}

void ImpactProblem::measure() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        dda::ContactRow& r = rows_[i];
        const Vec2 apart = stencils_[i].apart(x());
        r.gap = dot(stencils_[i].n, apart);
        r.slide = dot(stencils_[i].t, apart);
        r.gap_linear = r.slide_linear = 0.0;
    }
}

dda::ContactRow impact_row(const dda::ContactRow& r, double h, double factor, bool sprung) {
    dda::ContactRow w;
    w.contact = r.contact;
    w.slot = r.slot;
    w.size = r.size / h;
    w.inertia = 0.5 * r.inertia * h * h;
    w.penalty = 2.0 * factor * w.inertia;
    w.force_scale = r.force_scale * h;
    w.bonded = r.bonded;
    w.mu_stick = w.mu_slide = sprung ? 0.0 : r.mu;
    w.cohesion_force = w.tension_force = std::numeric_limits<double>::infinity();
    w.state = r.state;
    w.normal = w.multiplier_n = w.before_n = r.used_n * h;
    w.shear = w.multiplier_t = w.before_t = sprung ? 0.0 : r.used_t * h;
    return w;
}

}  // namespace nmm
