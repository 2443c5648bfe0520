// Internal forces of elements that turn and stretch by any amount, in the form that keeps energy and momentum. The law
// is that of the blocks of dda: with F = 1 + grad u = R U the Biot strain eps = U - 1 and stress T = T_0 + D eps,
//
//     W = T_0 . eps + eps . D eps / 2,   S = 2 dW / dC,  T = sym(U S):   S = (T + det U U^-1 T U^-1) / tr U,
//
// C = F^T F = 1 + 2 E. Over a step from u to u + d (Simo & Tarnow 1992, Gonzalez 2000; theta as in the scheme)
//
//     f = sum_g w_g F_m S_a grad N,   F_m = F + grad d / 2,   dE = sym(F_m^T grad d) exactly,
//     S_a = (1 - theta) S_0 + theta S_1 + l D dE,   l such that  S_a . dE = dW + (theta - 1/2) dE . D dE,
//
// so that f . d = dW + (theta - 1/2) sum w dE . D dE to rounding, and f has no moment about the middle.
// Gradients are those of the undeformed geometry: nothing drifts, and a turn feels no strain.
//
// A body on a fresh cover has an undeformed geometry that is not free of strain: F = (1 + grad u) F_b with F_b of all
// covers before. With A the area now and A_0 = A / det F_b the first one, the law is that of the whole F,
//
//     E = F_b^T E_u F_b + E_b,   S_u = F_b S F_b^T / det F_b,   W_u = W / det F_b.
#pragma once

#include "points.hpp"

namespace nmm {

class Finite : public Points {
  public:
    /// row: of each point in `laws`.
    /// before: F_b - 1 of each point, xx, xy, yx, yy; empty on a first cover.
    Finite(const Space& space, std::span<const int> element, std::span<const Vec2> point,
           std::span<const double> weight, std::span<const int> row, std::span<const Material> laws,
           std::span<const double> before = {});

    /// f += internal force of the step from u to u + d.
    void add_force(std::span<const double> u, std::span<const double> d, double theta, std::span<double> f) const;
    /// sum w dE . D dE over the step [J/m].
    double quadratic(std::span<const double> u, std::span<const double> d) const;
    /// sum w W [J/m].
    double energy(std::span<const double> u) const;
    /// Largest |R^T F - 1| of a point, R the turn by `angle` [rad] of each function's piece: how far the stiffness of
    /// the undeformed body, turned, is from the true one.
    double distortion(std::span<const double> u, std::span<const double> angle) const;
    /// Smallest det F of a point: an element is turned inside out where it is not positive.
    double least_volume(std::span<const double> u) const;
    /// Add the tangent at u, material and geometric.
    void add_tangent(System& system, std::span<const double> u) const;

  private:
    struct Before {
        Eigen::Matrix2d F;
        std::array<double, 3> E;
    };
    using Voigt = std::array<double, 3>;
    Voigt part(std::size_t point, const Voigt& dE) const;   ///< F_b^T dE F_b
    Voigt whole(std::size_t point, const Voigt& E) const;   ///< F_b^T E F_b + E_b
    Voigt pushed(std::size_t point, const Voigt& S) const;  ///< F_b S F_b^T; its weight holds 1 / det F_b

    std::vector<Before> before_;
    std::vector<int> row_;
    std::vector<Material> laws_;
};

}  // namespace nmm
