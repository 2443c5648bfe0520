// Broad phase: every vertex of one block that is near an edge of another, found over a cell grid in O(n).
#pragma once

#include <vector>

#include "blocks.hpp"

namespace dda {

/// `vertex` of one block within the margin of the edge that starts at `edge` of another; ordered by (vertex, edge).
struct NearPair {
    int vertex = 0;
    int edge = 0;
    friend bool operator==(const NearPair&, const NearPair&) = default;
    friend auto operator<=>(const NearPair&, const NearPair&) = default;
};

/// All near pairs within `margin` [m] of which at least one block moves.
std::vector<NearPair> find_near_pairs(const Blocks& blocks, double margin);

/// Distance from point x to the segment p-q [m].
double distance_to_segment(Vec2 x, Vec2 p, Vec2 q);

}  // namespace dda
