// Which contacts of a step have to be looked at in each iteration. Of the candidates of a moving scene most are open
// and stay open. Such a row sleeps: it is neither measured nor asked for its force (which is none) until the two blocks
// may have moved so far that it closes. This is exact: the answer has the same bits as with all rows awake.
//
// A point of block i moves from where it was when the gaps were measured, under the map x -> c + s + A (x - c), by
//     |s - s_0| + R |A - A_0| =: c_i,   R the largest distance of a vertex from the centroid.
// So the gap g of a vertex of block i to an edge of block j, whose foot lies within half an edge length of the edge,
// shrinks by less than c_i + 2 c_j and a part of second order in c_j / L; 4 (c_i + c_j) < g and 8 (c_i + c_j) < L leave
// enough for that.
#pragma once

#include <span>
#include <vector>

#include "contact_rows.hpp"

namespace dda {

class QuietRows {
  public:
    /// `radius`: R of each block [m].
    QuietRows(int rows, const Blocks& blocks, std::span<const double> radius);

    /// The rows to look at, ascending.
    std::span<const int> awake() const { return awake_; }
    /// Is it time for measuring all rows and choosing anew? Asked once before rows are measured, with the maps (one a
    /// block) that they are measured on; if not, wake those that may close.
    bool due(std::span<const StepMap> maps);
    void wake_all();
    /// All rows have been measured on these maps: let those sleep that are open by far.
    void choose(std::span<const ContactRow> rows, const std::vector<Contact>& contacts, std::span<const StepMap> maps);

  private:
    struct Sleeper {
        int row, vertex_block, edge_block;
        double within;  ///< it stays open while c_i + c_j is less [m]
    };
    const Blocks& blocks_;
    std::span<const double> radius_;
    std::vector<int> awake_;
    std::vector<Sleeper> sleepers_;
    std::vector<StepMap> then_;  ///< the maps of the last choice
    std::vector<double> moved_;  ///< c of each block [m]
    std::size_t chosen_ = 0;     ///< how many slept after the last choice
    int looks_ = 0;
};

}  // namespace dda
