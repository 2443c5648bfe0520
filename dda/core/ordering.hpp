// Orders of elimination for the graph of touching blocks. order[k] is the row eliminated k-th.
#pragma once

#include <array>
#include <span>
#include <vector>

namespace dda {

/// Reverse Cuthill-McKee: neighbours stay close.
std::vector<int> reverse_cuthill_mckee(int rows, std::span<const std::array<int, 2>> pairs);

/// Rows eliminated in parts that do not touch each other, and last the separator that does: order[start[k]] ..
/// order[start[k + 1] - 1] are part k for k < parts(), the separator for k = parts(). The number of parts hangs on the
/// number of rows only; they can be worked on at the same time.
struct PartedOrder {
    std::vector<int> order, start;
    int parts() const { return static_cast<int>(start.size()) - 2; }
};

/// Consecutive stretches of reverse Cuthill-McKee, which keeps neighbours close: what an incomplete factor wants.
PartedOrder part_order(int rows, std::span<const std::array<int, 2>> pairs);

/// Approximate minimum degree, one part: little fill in a complete factor.
PartedOrder minimum_degree_order(int rows, std::span<const std::array<int, 2>> pairs);

}  // namespace dda
