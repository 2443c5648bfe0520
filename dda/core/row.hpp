// A scalar constraint or spring between at most two blocks: q = r_0 . d_a + r_1 . d_b.
// With stiffness k and force p it adds k r r^T to the matrix and p r to the right-hand side. Contacts, bolts, held
// points and dashpots are all rows; nothing else couples two blocks.
#pragma once

#include <array>

#include "types.hpp"

namespace dda {

struct Row {
    std::array<int, 2> slot{-1, -1};  ///< position among the moving blocks; -1: fixed or none
    std::array<Vec6, 2> r{};
    double stiffness = 0.0;  ///< N/m per metre of thickness
    double force = 0.0;      ///< generalised force along q at d = 0 [N/m]
};

}  // namespace dda
