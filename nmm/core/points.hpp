// Integration points of elements that may yield: strains, internal forces and stiffness from stresses and tangents that
// a material law gives at each point.
//
//     f_int = sum_g w_g B_g^T sigma_g,   K = sum_g w_g B_g^T C_g B_g
//
// Rows of six are tensors in Mandel notation, (xx, yy, zz, sqrt2 yz, sqrt2 xz, sqrt2 xy); eps_zz = 0.
#pragma once

#include <span>
#include <vector>

#include "system.hpp"

namespace nmm {

class Points {
  public:
    static constexpr int MANDEL = 6;

    /// element: of each point, those of one element in a row; point [m]; weight [m2].
    Points(const Space& space, std::span<const int> element, std::span<const Vec2> point,
           std::span<const double> weight);

    std::size_t count() const { return weight_.size(); }
    /// (n, 6) from the unknowns.
    std::vector<double> strain(std::span<const double> d) const;
    /// One entry an unknown [N/m], from stresses (n, 6) [Pa].
    std::vector<double> force(std::span<const double> stress) const;
    /// Add K, from tangents (n, 6, 6) [Pa].
    void add_stiffness(System& system, std::span<const double> tangent) const;

  private:
    struct Element {
        std::size_t first_point, points, first_function;
        int functions;
    };
    using Rows = Eigen::Matrix<double, 4, Eigen::Dynamic>;
    Rows rows(const Element& e, std::size_t point) const;  ///< B: xx, yy, zz, sqrt2 xy

    int unknowns_;
    std::vector<Element> elements_;
    std::vector<int> number_;  ///< of the functions of each element
    std::vector<double> weight_;
    std::vector<std::size_t> start_;  ///< of the derivatives of each point
    std::vector<double> x_, y_;       ///< derivatives at the points [1/m]
};

}  // namespace nmm
