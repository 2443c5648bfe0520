#include "contact_problem.hpp"

#include <cmath>
#include <limits>
#include <numeric>

namespace nmm {

ContactProblem::ContactProblem(ContactMatrix& matrix, const BaseMatrix& A, std::span<dda::ContactRow> rows,
                               std::span<const Stencil> stencils, std::span<const double> b)
    : rows_(rows),
      stencils_(stencils),
      matrix_(matrix),
      A_(A),
      b_(Eigen::Map<const Eigen::VectorXd>(b.data(), static_cast<Eigen::Index>(b.size()))),
      awake_(rows.size()) {
    std::iota(awake_.begin(), awake_.end(), 0);
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

StepProblem::Side StepProblem::side(int vertex, Vec2 point, std::span<const double> turns) const {
    if (contours_.start[vertex] == contours_.start[vertex + 1]) return {};
    const Pieces& pieces = large_.step->pieces();
    const int piece = pieces.piece(contours_.function[contours_.start[vertex]]);
    return {piece, pieces.beyond(piece, point, turns[piece]), turns[piece]};
}

std::array<StepProblem::Side, 2> StepProblem::sides(std::size_t row, std::span<const double> turns) const {
    const dda::Blocks& b = contours_.blocks;
    const dda::Contact& c = contacts_[rows_[row].contact];
    const Vec2 from = b.position[c.edge], foot = from + rows_[row].along0 * (b.position[b.next[c.edge]] - from);
    return {side(c.vertex, b.position[c.vertex], turns), side(c.edge, foot, turns)};
}

std::vector<Vec2> StepProblem::beyond() const {
    std::vector<Vec2> out(rows_.size());
    if (large_.step == nullptr) return out;
    const std::vector<double> turns = large_.step->pieces().turns(x());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const auto [vertex, edge] = sides(i, turns);
        const Vec2 more = vertex.angle * vertex.arm - edge.angle * edge.arm;
        out[i] = {dot(stencils_[i].n, more), dot(stencils_[i].t, more)};
    }
    return out;
}

bool StepProblem::adjust() {
    if (large_.step == nullptr) return false;
    const Pieces& pieces = large_.step->pieces();
    const std::vector<double> turns = pieces.turns(x());
    std::vector<double> c = large_.step->correction(x()), moment(turns.size(), 0.0);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const dda::ContactRow& r = rows_[i];
        if (r.normal == 0.0 && r.shear == 0.0) continue;
        const Vec2 force = r.normal * stencils_[i].n + r.shear * stencils_[i].t;
        const auto [vertex, edge] = sides(i, turns);
        if (vertex.piece >= 0) moment[vertex.piece] += dot(force, vertex.arm);
        if (edge.piece >= 0) moment[edge.piece] -= dot(force, edge.arm);
    }
    pieces.add_moments(moment, c);
    return correct(c) > large_.tolerance;
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
