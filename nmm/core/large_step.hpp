// A step with large displacements, as a correction of the linear equations that a step is solved by:
//
//     A d = b + c(d),   A = inertia + theta K + ...,   c(d) = theta K d - N(d),
//     N(d) = Pi^T (f_int(u, Pi d) + T (u + theta Pi d)),
//
// K any stiffness near the true one (that of the undeformed body turned with its pieces, or the tangent), T what ties
// slivers and material boundaries and feels no turn. Repeated until c stands, d solves the true equations.
#pragma once

#include "finite.hpp"
#include "pieces.hpp"

namespace nmm {

class LargeStep {
  public:
    LargeStep(const Finite& finite, const Sparse& ties, Pieces pieces)
        : finite_(finite), ties_(ties), pieces_(std::move(pieces)) {}

    /// A step from u; chord: K.
    void begin(const Sparse& chord, std::span<const double> u, double theta);
    std::vector<double> correction(std::span<const double> d) const;
    std::vector<double> shift(std::span<const double> d) const { return pieces_.shift(d); }
    /// (theta - 1/2) of it the scheme loses: dE . D dE and ties [J/m].
    double quadratic(std::span<const double> d) const;
    const Pieces& pieces() const { return pieces_; }

  private:
    const Finite& finite_;
    const Sparse& ties_;
    Pieces pieces_;
    const Sparse* chord_ = nullptr;
    std::vector<double> u_;
    double theta_ = 1.0;
};

}  // namespace nmm
