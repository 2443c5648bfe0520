#include "points.hpp"

#include <array>
#include <numbers>

namespace nmm {
namespace {

// Mandel components that plane strain knows: xx, yy, zz, sqrt2 xy.
constexpr std::array<int, 4> IN_PLANE{0, 1, 2, 5};

using Stress = Eigen::Vector4d;

Stress in_plane(const double* row) {
    return {row[0], row[1], row[2], row[5]};
}

}  // namespace

Points::Points(const Space& space, std::span<const int> element, std::span<const Vec2> point,
               std::span<const double> weight)
    : weight_(weight.begin(), weight.end()), unknowns_(2 * space.functions) {
    for (std::size_t g = 0; g < element.size();) {
        const Basis basis = basis_of(space, element[g]);
        Element e{g, 0, number_.size(), basis.count};
        for (; g < element.size() && element[g] == element[e.first_point]; ++g, ++e.points) {
            const Values v = values_at(basis, point[g]);
            start_.push_back(x_.size());
            x_.insert(x_.end(), v.x.begin(), v.x.begin() + v.count);
            y_.insert(y_.end(), v.y.begin(), v.y.begin() + v.count);
        }
        number_.insert(number_.end(), basis.number.begin(), basis.number.begin() + basis.count);
        elements_.push_back(e);
    }
}

Points::Rows Points::rows(const Element& e, std::size_t point) const {
    constexpr double ROOT_HALF = 1.0 / std::numbers::sqrt2;
    Rows B = Rows::Zero(4, 2 * e.functions);
    const double *x = &x_[start_[point]], *y = &y_[start_[point]];
    for (int i = 0; i < e.functions; ++i) {
        B(0, 2 * i) = x[i];
        B(1, 2 * i + 1) = y[i];
        B(3, 2 * i) = ROOT_HALF * y[i];
        B(3, 2 * i + 1) = ROOT_HALF * x[i];
    }
    return B;
}

std::vector<double> Points::strain(std::span<const double> d) const {
    std::vector<double> found(MANDEL * count(), 0.0);
    for (const Element& e : elements_) {
        Eigen::VectorXd local(2 * e.functions);
        for (int i = 0; i < e.functions; ++i) {
            const int k = 2 * number_[e.first_function + i];
            local[2 * i] = d[k], local[2 * i + 1] = d[k + 1];
        }
        for (std::size_t g = e.first_point; g < e.first_point + e.points; ++g) {
            const Eigen::Vector4d eps = rows(e, g) * local;
            for (int c = 0; c < 4; ++c) found[MANDEL * g + IN_PLANE[c]] = eps[c];
        }
    }
    return found;
}

std::vector<double> Points::force(std::span<const double> stress) const {
    std::vector<double> f(unknowns_, 0.0);
    for (const Element& e : elements_) {
        Eigen::VectorXd local = Eigen::VectorXd::Zero(2 * e.functions);
        for (std::size_t g = e.first_point; g < e.first_point + e.points; ++g)
            local += weight_[g] * rows(e, g).transpose() * in_plane(&stress[MANDEL * g]);
        for (int i = 0; i < e.functions; ++i) {
            const int k = 2 * number_[e.first_function + i];
            f[k] += local[2 * i], f[k + 1] += local[2 * i + 1];
        }
    }
    return f;
}

void Points::add_stiffness(System& system, std::span<const double> tangent) const {
    for (const Element& e : elements_) {
        Local local(e.functions);
        std::copy_n(&number_[e.first_function], e.functions, local.number.begin());
        for (std::size_t g = e.first_point; g < e.first_point + e.points; ++g) {
            const double* C = &tangent[MANDEL * MANDEL * g];
            Eigen::Matrix4d plane;
            for (int i = 0; i < 4; ++i)
                for (int j = 0; j < 4; ++j) plane(i, j) = C[MANDEL * IN_PLANE[i] + IN_PLANE[j]];
            const Rows B = rows(e, g);
            const Rows CB = weight_[g] * plane * B;
            local.matrix.noalias() += B.transpose() * CB;
        }
        system.add(local);
    }
}

}  // namespace nmm
