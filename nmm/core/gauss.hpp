// Gauss-Legendre points and weights on (0, 1), exact to degree 9.
#pragma once

#include <array>

namespace nmm {

inline constexpr int GAUSS = 5;
inline constexpr std::array<double, GAUSS> GAUSS_POINT{0.04691007703066800, 0.23076534494715845, 0.5,
                                                       0.76923465505284155, 0.95308992296933200};
inline constexpr std::array<double, GAUSS> GAUSS_WEIGHT{0.11846344252809454, 0.23931433524968324, 0.28444444444444444,
                                                        0.23931433524968324, 0.11846344252809454};

}  // namespace nmm
