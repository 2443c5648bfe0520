// First entrance: which near pairs are contact candidates in this step, and along which line.
//
// A vertex that projects inside an edge can enter only through that edge (vertex-edge). Where two convex corners meet,
// their entrance cone decides (corner_entrance.hpp).
#pragma once

#include <span>
#include <vector>

#include "contact.hpp"
#include "corner_entrance.hpp"

namespace dda {

/// Mark the candidates among `contacts` (sorted by vertex, edge): gap up to `reach` [m]. `expected` holds the vertex
/// positions expected at the end of the step. A contact that stops being one hands its state to the contact that takes
/// its place. Returns the indices of the candidates in ascending order.
std::vector<int> select_candidates(const Blocks& blocks, std::vector<Contact>& contacts, std::span<const Vec2> expected,
                                   double reach, const EntranceTolerances& tolerances = {});

}  // namespace dda
