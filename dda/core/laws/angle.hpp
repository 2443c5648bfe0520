// Friction angles are degrees outside of the core and coefficients inside: mu = tan(phi).
#pragma once

#include <cmath>
#include <numbers>

namespace dda::laws {

inline constexpr double RADIANS_PER_DEGREE = std::numbers::pi / 180.0;

/// mu = tan(phi), phi in degrees.
inline double coefficient(double phi) {
    return std::tan(phi * RADIANS_PER_DEGREE);
}

/// d mu / d phi = (1 + mu^2) pi / 180  [1/degree]
inline double coefficient_slope(double mu) {
    return (1.0 + mu * mu) * RADIANS_PER_DEGREE;
}

}  // namespace dda::laws
