// A whole run and the parts of it that the ranks have: how a part is cut out, and how the whole takes the parts back.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "simulation.hpp"

namespace dda {

class Part {
  public:
    /// The part of a rank: the blocks that it owns (`owner`, a rank for each block), and all blocks within `margin` [m]
    /// of one of them that moves. The ledger goes to rank 0.
    static std::unique_ptr<Simulation> cut(const Simulation& whole, std::span<const int> owner, int rank, double margin,
                                           Team* team);
    /// The same part cut anew, in its place.
    static void cut_again(Simulation& part, const Simulation& whole, std::span<const int> owner, double margin);

    /// The ranks beside which this one works, and the blocks (numbers of the whole) that each of them has; `first` is
    /// the number of the first column of each rank.
    static void set_neighbours(Simulation& part, std::span<const int> ranks,
                               const std::vector<std::vector<int>>& blocks, std::span<const int> columns);

    /// What this rank has to say of the present state: its blocks, and the contacts that it speaks for.
    static std::vector<std::byte> pack(Simulation& part);
    /// Take what all ranks say; after it the whole is as if it had run on one rank.
    static void unpack(Simulation& whole, std::span<const std::span<const std::byte>> parts);

    static const Share& share(const Simulation& part) { return part.share_; }

  private:
    template <class Visit>
    static void block_arrays(Visit visit);
    template <class Visit>
    static void vertex_arrays(Visit visit);
    static ModelData model_of(const Simulation& whole, const Share& share, std::span<const int> place, int rank);
    static void fill(Simulation& part, const Simulation& whole, Share share);
};

}  // namespace dda
