// A learned yield function or plastic potential (harmony.laws.yield_surface, harmony.laws.potential), all in units of
// the strength:
//     f(t) = (L(t) - L(0)) / (1 - L(0)) - 1,   L(t) = ln sum_(m, p) exp(b (a_m . p(t) - o_m)) / b,   p: orders of t
//     g(t) = x_+^2 / 2 + d/2 |t|^2,            x = (L(t) - L(0)) / (1 - L(0))
// Both are convex; g is least at zero.
#pragma once

#include <Eigen/Dense>
#include <span>
#include <vector>

namespace dda::laws {

/// planes: (m, 3) row-major; offsets: (m); sharpness b [-].
struct SurfaceParts {
    std::span<const double> planes, offsets;
    double sharp = 0.0;
};

struct Convex {
    double value = 0.0;
    Eigen::Vector3d slope = Eigen::Vector3d::Zero();
    Eigen::Matrix3d curve = Eigen::Matrix3d::Zero();
};

class Surface {
  public:
    /// Throws std::invalid_argument where arrays do not fit, or where zero stress is not inside, L(0) >= 1.
    explicit Surface(const SurfaceParts& parts);

    /// blunt: part of the sharpness [-], 1 that of the surface itself; the curvature is left out where it is not asked
    /// for.
    Convex yield(const Eigen::Vector3d& t, double blunt, bool curved) const;
    Convex potential(const Eigen::Vector3d& t, double blunt, bool curved) const;

  private:
    std::vector<Eigen::Vector3d> normals_;
    std::vector<double> offsets_;
    double sharp_, zero_;
};

}  // namespace dda::laws
