// The shapes that water presses on: the blocks where they will be when the scheme takes its forces, and their joints.
//
// Water answers to position (a floating block is a spring), yet its forces enter a step as given. Taken at the start of
// the step they would feed a floating block energy, v1 = v0 - w^2 dt x0, x1 = x0 + dt (v0 + v1) / 2, whose determinant
// is 1 + (w dt)^2 / 2. Taken at x0 + theta dt v0 it is 1 for theta = 1/2 and 1 - (w dt)^2 / 2 for theta = 1: like the
// schemes themselves, the one conserves and the other damps.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "../blocks.hpp"
#include "../loads.hpp"
#include "edge_overlap.hpp"

namespace dda {

/// A joint is closed to the free water, and holds the pressure of its piezometric line, up to an aperture of this part
/// of the smaller block's depth (2 area / perimeter) [-]. Larger: wide open joints stay dry; smaller: the small gaps
/// between blocks that slide over a rough face are flooded.
inline constexpr double OPEN_JOINT = 0.02;

struct JointWalls {
    int a = 0, b = 0;  ///< starting vertices of the two edges; the block of a comes first
    Overlap overlap;
};

struct WaterGeometry {
    WaterGeometry(const Blocks& blocks, std::span<const std::array<int, 2>> pairs, const StepTime& step);

    Edge edge(int vertex) const { return {position[vertex], position[blocks.next[vertex]]}; }

    const Blocks& blocks;
    std::vector<Vec2> centre;       ///< one a block [m]
    std::vector<Vec2> position;     ///< one a vertex [m]
    std::vector<JointWalls> walls;  ///< in the order of the pairs
};

}  // namespace dda
