// What the open-close iteration solves between its rows: a step in displacements, and the impact at its end in speeds.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "contact_solve.hpp"
#include "large_step.hpp"
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
    bool adjust() { return false; }
    static bool sweep() { return false; }
    std::span<const int> awake() const { return awake_; }  ///< all rows
    std::vector<double> displacement() const { return {x_.data(), x_.data() + x_.size()}; }

    int solver_iterations = 0;

  protected:
    std::span<const double> x() const { return {x_.data(), static_cast<std::size_t>(x_.size())}; }
    /// Add to the right-hand side what was not in it before; the largest change of an entry.
    double correct(std::span<const double> correction);
    std::span<dda::ContactRow> rows_;
    std::span<const Stencil> stencils_;

  private:
    ContactMatrix& matrix_;
    const BaseMatrix& A_;
    Eigen::VectorXd b_, x_, start_, solution_, correction_;
    std::vector<int> awake_;
};

/// What of a step is not linear: none, or the step and the change of its forces that counts as none [N/m].
struct NotLinear {
    const LargeStep* step = nullptr;
    double tolerance = 0.0;
};

/// A step: gaps and slides are those of the moved vertices, exactly.
class StepProblem : public ContactProblem {
  public:
    StepProblem(ContactMatrix& matrix, const BaseMatrix& A, const Contours& contours,
                std::span<const dda::Contact> contacts, std::span<dda::ContactRow> rows,
                std::span<const Stencil> stencils, std::span<const double> b, NotLinear large)
        : ContactProblem(matrix, A, rows, stencils, b), contours_(contours), contacts_(contacts), large_(large) {}
    void guess(std::span<const double> v, double factor) {
        ContactProblem::guess(v, factor);
        adjust();
    }
    void measure();
    /// Renew the internal forces, and the moments that contact forces have beyond those of their linear rows, as the
    /// arms turn in the step; do they still change?
    bool adjust();
    /// What of the relative motion of each contact its linear row does not say, in the directions of the row [m].
    std::vector<Vec2> beyond() const;

  private:
    struct Side {
        int piece = -1;  ///< -1 fixed
        Vec2 arm;        ///< what the point moves by beyond its row, over the angle of its piece [m]
        double angle = 0.0;
    };
    Side side(int vertex, Vec2 point, std::span<const double> turns) const;
    std::array<Side, 2> sides(std::size_t row, std::span<const double> turns) const;

    const Contours& contours_;
    std::span<const dda::Contact> contacts_;
    NotLinear large_;
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
