#include "surface.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace dda::laws {
namespace {

constexpr int ORDERS[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

// d: with it zero stress is the only minimum of a potential [-].
constexpr double FLOOR = 1e-4;

// Facets this far below the highest one, in the exponent, weigh less than a rounding [-].
constexpr double NOTHING = -40.0;

bool finite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

}  // namespace

Surface::Surface(const SurfaceParts& parts) : sharp_(parts.sharp), zero_(0.0) {
    if (parts.planes.size() != 3 * parts.offsets.size() || parts.offsets.empty())
        throw std::invalid_argument("a surface has as many planes as offsets");
    if (!finite(parts.planes) || !finite(parts.offsets) || !(sharp_ > 0.0) || !std::isfinite(sharp_))
        throw std::invalid_argument("a number of a surface is not finite, or its sharpness not above 0");
    double top = -INFINITY, sum = 0.0;
    for (const double o : parts.offsets) top = std::max(top, -sharp_ * o);
    for (std::size_t m = 0; m < parts.offsets.size(); ++m)
        for (const auto& order : ORDERS) {
            const double* a = &parts.planes[3 * m];
            normals_.emplace_back(a[order[0]], a[order[1]], a[order[2]]);
            offsets_.push_back(parts.offsets[m]);
            sum += std::exp(-sharp_ * parts.offsets[m] - top);
        }
    zero_ = (top + std::log(sum)) / sharp_;
    if (!(zero_ < 1.0)) throw std::invalid_argument("a surface has no elastic inside: L(0) is 1 or more");
}

Convex Surface::yield(const Eigen::Vector3d& t, double blunt, bool curved) const {
    const double sharp = sharp_ * blunt, scale = 1.0 / (1.0 - zero_);
    double top = -INFINITY, total = 0.0;
    for (std::size_t k = 0; k < normals_.size(); ++k) top = std::max(top, normals_[k].dot(t) - offsets_[k]);
    Eigen::Vector3d mean = Eigen::Vector3d::Zero();
    Eigen::Matrix3d second = Eigen::Matrix3d::Zero();
    for (std::size_t k = 0; k < normals_.size(); ++k) {
        const double z = sharp * (normals_[k].dot(t) - offsets_[k] - top);
        if (z < NOTHING) continue;
        const double weight = std::exp(z);
        total += weight;
        mean += weight * normals_[k];
        if (curved) second += weight * normals_[k] * normals_[k].transpose();
    }
    mean /= total;
    Convex out;
    out.value = (top + std::log(total) / sharp - zero_) * scale - 1.0;
    out.slope = scale * mean;
    if (curved) out.curve = scale * sharp * (second / total - mean * mean.transpose());
    return out;
}

Convex Surface::potential(const Eigen::Vector3d& t, double blunt, bool curved) const {
    const Convex f = yield(t, blunt, curved);
    const double x = f.value + 1.0, up = std::max(x, 0.0);
    Convex out;
    out.value = 0.5 * up * up + 0.5 * FLOOR * t.squaredNorm();
    out.slope = up * f.slope + FLOOR * t;
    if (!curved) return out;
    out.curve = up * f.curve + FLOOR * Eigen::Matrix3d::Identity();
    if (x > 0.0) out.curve += f.slope * f.slope.transpose();
    return out;
}

}  // namespace dda::laws
