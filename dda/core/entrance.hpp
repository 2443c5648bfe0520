// First entrance: which near pairs are contact candidates in this step, and along which line.
//
// A vertex that projects inside an edge can enter only through that edge (vertex-edge). Where two convex corners a and
// b meet, the corner cones A and B overlap exactly when the point a - b lies in the entrance cone B (+) (-A) (Shi
// 2015); its boundary lines are the edges of B at b (with vertex a) and the edges of A at a (with vertex b) that have
// the other cone on their outer side. The corners are apart as long as any one of these lines separates them, so the
// gap is the largest of the gaps, and the contact takes the line that is last to be crossed in the motion expected of
// this step. Nothing is decided by an angle: nearly parallel edges give two candidate lines that coincide.
#pragma once

#include <span>
#include <vector>

#include "contact.hpp"

namespace dda {

/// Tolerances of the narrow phase, relative to the smaller of the two blocks' sizes.
struct EntranceTolerances {
    double corner = 1e-6;  ///< gaps that differ by less count as equal
    double lip = 1e-3;     ///< corners closer than this are one place; a step in a face up to this height is climbed
    double depth = 0.1;    ///< a vertex deeper than this part of the block's thickness did not come through this edge
};

/// Mark the candidates among `contacts` (sorted by vertex, edge): gap up to `reach` [m]. `expected` holds the vertex
/// positions expected at the end of the step. A contact that stops being one hands its state to the contact that takes
/// its place. Returns the indices of the candidates in ascending order.
std::vector<int> select_candidates(const Blocks& blocks, std::vector<Contact>& contacts, std::span<const Vec2> expected,
                                   double reach, const EntranceTolerances& tolerances = {});

}  // namespace dda
