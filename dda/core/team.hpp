// What a run asks of the other ranks when it has only a part of the blocks. The core knows no MPI: whoever starts the
// run implements this. All ranks make the same calls in the same order; what comes back has the same bits on all of
// them, so that every decision that hangs on it is one decision.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "linear_solver.hpp"
#include "types.hpp"

namespace dda {

/// The block rows of a system that one rank owns, with the columns of all: row i has the blocks start[i] .. start[i +
/// 1] of `column`; its values lie row by row over all of them, 6 x (6 blocks).
struct OwnedRows {
    std::vector<int> start{0};
    std::vector<int> column;  ///< numbers among the moving blocks of all ranks, ascending in a row
    std::vector<double> values;
    bool symmetric = true;     ///< of all ranks together
    bool new_pattern = false;  ///< since the last solve, on some rank
};

class Team {
  public:
    virtual ~Team() = default;
    virtual void maximum(std::span<double> values) = 0;  ///< entry by entry
    virtual void sum(std::span<double> values) = 0;      ///< entry by entry, in the order of the ranks
    /// The failure of the first rank that has one becomes that of all; empty where none has.
    virtual void agree(std::string& failure) = 0;
    /// Rows of `width` numbers, one a moving block of this rank: those of ghosts are taken from the ranks that own
    /// them.
    virtual void exchange(std::span<double> rows, int width) = 0;
    /// The same with one row a vertex.
    virtual void exchange_vertices(std::span<double> rows, int width) = 0;
    /// Messages to the neighbours and from them, one each, in the order of Share::neighbours.
    virtual std::vector<std::vector<double>> swap(const std::vector<std::vector<double>>& messages) = 0;
    /// What all ranks have, one after the other, on the first rank; nothing on the others.
    virtual std::vector<double> gather(std::span<const double> values) = 0;
    /// What the first rank has, on all.
    virtual std::vector<double> spread(std::span<const double> values) = 0;
    virtual bool first() const = 0;
    /// x: start in, solution out, one a block that this rank owns.
    virtual SolveReport solve(const OwnedRows& a, std::span<const Vec6> b, std::span<Vec6> x,
                              const SolverOptions& options) = 0;
    /// Deal the blocks out anew, with all ghosts within `margin` [m].
    virtual void regroup(double margin) = 0;
};

inline double largest(Team* team, double x) {
    if (team) team->maximum({&x, 1});
    return x;
}
inline double total(Team* team, double x) {
    if (team) team->sum({&x, 1});
    return x;
}
inline bool any(Team* team, bool x) {
    return team ? largest(team, x ? 1.0 : 0.0) > 0.0 : x;
}
inline void agree(Team* team, std::string& failure) {
    if (team) team->agree(failure);
}

}  // namespace dda
