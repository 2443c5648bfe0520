// The return of principal trial stresses to a learned yield surface f along a learned potential g, implicit Euler
// (harmony.laws.return_map tells the same in NumPy, for training):
//     R_t = t - t_tr + l C' grad g(t) = 0,   R_f = f(t) + 1 - r(k) = 0,   C' = C / K,   t = s / unit
// k grows by the equivalent plastic strain, or, where g = f, by the multiplier l unit / K, which makes the slopes
// symmetric. The slopes follow from the implicit-function theorem.
#pragma once

#include <optional>

#include "surface.hpp"

namespace dda::laws {

/// r(k) = 1 + linear k + sum_i amount_i (1 - exp(-k / scale_i))
struct HardeningParts {
    double linear = 0.0;
    std::vector<double> amounts, scales;
};

/// Where a point has come to. t in units of the strength; slope: d t / d t_tr; k: hardening variable [-].
struct Returned {
    bool found = false;
    Eigen::Vector3d t;
    Eigen::Matrix3d slope;
    double k = 0.0;
};

class ReturnMap {
  public:
    /// bulk, shear, unit [Pa]; g absent: associated flow.
    ReturnMap(double bulk, double shear, double unit, Surface f, std::optional<Surface> g, HardeningParts hardening);

    bool outside(const Eigen::Vector3d& trial, double k) const;
    Returned solve(const Eigen::Vector3d& trial, double k) const;

  private:
    struct Point;  ///< the trial stress and k of one point, with its residuals

    double size(double k, double& slope) const;
    bool newton(const Point& at, Eigen::Vector4d& x, double blunt, double close, int iterations) const;
    void bisect(const Point& at, Eigen::Vector4d& x) const;
    void nearest(const Point& at, Eigen::Vector4d& x) const;

    Eigen::Matrix3d C_;  ///< C'
    double strain_;      ///< unit / K: a multiplier of one as a strain [-]
    Surface f_;
    std::optional<Surface> g_;
    HardeningParts hardening_;
};

}  // namespace dda::laws
