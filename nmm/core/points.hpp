// Integration points of elements that may yield: strains, internal forces and stiffness from stresses and tangents that
// a material law gives at each point.
//
//     f_int = sum_g w_g B_g^T sigma_g,   K = sum_g w_g B_g^T C_g B_g
//
// Rows of six are tensors in Mandel notation, (xx, yy, zz, sqrt2 yz, sqrt2 xz, sqrt2 xy); eps_zz = 0.
#pragma once

#include <span>
#include <utility>
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

  protected:
    struct Element {
        std::size_t first_point, points, first_function;
        int functions;
    };
    std::span<const int> numbers(const Element& e) const {
        return {&number_[e.first_function], static_cast<std::size_t>(e.functions)};
    }
    /// x- and y-derivatives of the functions at a point [1/m].
    std::pair<const double*, const double*> derivatives(std::size_t point) const {
        return {&x_[start_[point]], &y_[start_[point]]};
    }
    /// visit(first point, points, functions)
    template <class Visit>
    void for_each_element(Visit visit) const {
        for (const Element& e : elements_) visit(e.first_point, e.points, numbers(e));
    }
    /// visit(point, functions, x-derivatives, y-derivatives)
    template <class Visit>
    void for_each(Visit visit) const {
        for (const Element& e : elements_)
            for (std::size_t g = e.first_point; g < e.first_point + e.points; ++g)
                visit(g, numbers(e), &x_[start_[g]], &y_[start_[g]]);
    }
    /// grad of the field with coefficients d at a point: (i, j) = d u_i / d x_j.
    static Eigen::Matrix2d gradient(std::span<const int> number, const double* x, const double* y,
                                    std::span<const double> d) {
        Eigen::Matrix2d H = Eigen::Matrix2d::Zero();
        for (std::size_t i = 0; i < number.size(); ++i) {
            const double ux = d[2 * number[i]], uy = d[2 * number[i] + 1];
            H(0, 0) += ux * x[i], H(0, 1) += ux * y[i], H(1, 0) += uy * x[i], H(1, 1) += uy * y[i];
        }
        return H;
    }

    std::vector<double> weight_;

  private:
    using Rows = Eigen::Matrix<double, 4, Eigen::Dynamic>;
    Rows rows(const Element& e, std::size_t point) const;  ///< B: xx, yy, zz, sqrt2 xy

    int unknowns_;
    std::vector<Element> elements_;
    std::vector<int> number_;         ///< of the functions of each element
    std::vector<std::size_t> start_;  ///< of the derivatives of each point
    std::vector<double> x_, y_;       ///< derivatives at the points [1/m]
};

}  // namespace nmm
