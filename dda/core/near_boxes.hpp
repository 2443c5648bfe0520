// Which boxes lie near one of others: what a rank has to know beside its own blocks.
#pragma once

#include <array>
#include <span>
#include <vector>

namespace dda {

using Box = std::array<double, 4>;  ///< low x, low y, high x, high y [m]

/// One a box: whether it lies within `margin` [m] of one of `own`; `size` [m] is a usual one of theirs.
std::vector<char> near_any(std::span<const Box> own, std::span<const Box> boxes, double margin, double size);

}  // namespace dda
