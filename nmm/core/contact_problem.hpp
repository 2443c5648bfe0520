// What the open-close iteration solves between its rows: a step in displacements, and the impact at its end in speeds.
#pragma once

#include <span>
#include <vector>

#include "contact_solve.hpp"
#include "open_close.hpp"

namespace nmm {

/// A x = b + sum of contact forces, over rows that are linear in x.
class ContactProblem {
  public:
    ContactProblem(ContactMatrix& matrix, const BaseMatrix& A, std::span<dda::ContactRow> rows,
                   std::span<const Stencil> stencils, std::span<const double> b);

    /// x = factor * v, where the iteration begins.
    void guess(std::span<const double> v, double factor);
    dda::SolveReport solve();
    void keep() { start_ = x_; }
    void move(double part) { x_ = part == 1.0 ? solution_ : Eigen::VectorXd(start_ + part * (solution_ - start_)); }
    double unbalance() const;
    static bool adjust() { return false; }
    static bool sweep() { return false; }
    std::vector<double> displacement() const { return {x_.data(), x_.data() + x_.size()}; }

    int solver_iterations = 0;

  protected:
    std::span<const double> x() const { return {x_.data(), static_cast<std::size_t>(x_.size())}; }
    std::span<dda::ContactRow> rows_;
    std::span<const Stencil> stencils_;

  private:
    ContactMatrix& matrix_;
    const BaseMatrix& A_;
    Eigen::VectorXd b_, x_, start_, solution_;
};

/// A step: gaps and slides are those of the moved vertices, exactly.
class StepProblem : public ContactProblem {
  public:
    StepProblem(ContactMatrix& matrix, const BaseMatrix& A, const Contours& contours,
                std::span<const dda::Contact> contacts, std::span<dda::ContactRow> rows,
                std::span<const Stencil> stencils, std::span<const double> b)
        : ContactProblem(matrix, A, rows, stencils, b), contours_(contours), contacts_(contacts) {}
    void measure();

  private:
    const Contours& contours_;
    std::span<const dda::Contact> contacts_;
};

/// An impact: "gaps" are speeds [m/s], forces impulses.
class ImpactProblem : public ContactProblem {
  public:
    using ContactProblem::ContactProblem;
    void measure();
};

/// The row of an impact: the impulse of the step is where the iteration begins, h [s] its length.
dda::ContactRow impact_row(const dda::ContactRow& row, double h, double factor, bool sprung);

}  // namespace nmm
