// Two-point Gauss rule on an edge: points at (1/2 + g) of its length, weights 1/2; exact for cubics.
#pragma once

#include <array>

namespace dda {

inline constexpr std::array<double, 2> GAUSS_2{-0.28867513459481288, 0.28867513459481288};  // 1 / (2 sqrt 3)

}  // namespace dda
