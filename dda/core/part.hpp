// A whole run and the parts of it that the ranks have: how a part is cut out, and how the whole takes the parts back.
#pragma once

#include <array>
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

    // Without the whole, which no rank has (slab.cpp).

    /// The part of a rank from its blocks alone. `model`: these blocks, and all else in numbers of the whole, made to
    /// fit here; `ids`: their numbers in the whole, ascending, `owner`: their ranks; Options::sizes must be given. All
    /// ranks must call.
    static std::unique_ptr<Simulation> make(const ModelData& model, const Options& options, std::span<const int> ids,
                                            std::span<const int> owner, int rank, double margin, Team* team);
    /// The state of some of the blocks that this rank owns (numbers of the whole), and of the contacts that it speaks
    /// for and that belong to them. Who reads it may have few of these blocks.
    static std::vector<std::byte> tell(Simulation& part, std::span<const int> numbers);
    /// The loads of this rank that have a memory, in numbers of the whole.
    static std::vector<double> tell_loads(const Simulation& part);
    /// `part` takes the blocks of `fresh`, which was made for it, with the state that ranks told of them, and the loads
    /// of all ranks. `count`: blocks of the whole.
    static void renew(Simulation& part, Simulation& fresh, std::span<const std::span<const std::byte>> told,
                      std::span<const std::vector<double>> loads, int count);
    /// What a run has besides its blocks: sums of this rank, and counts that all ranks share.
    static std::vector<std::byte> tell_sums(Simulation& part);
    /// The sums of one rank, or of several added up where another number of ranks goes on; `keep`: whether this rank
    /// takes the sums, or the counts only.
    static void take_sums(Simulation& part, std::span<const std::span<const std::byte>> told, bool keep);
    /// Go on with another step or scheme; blocks and state stay.
    static void take_options(Simulation& part, Options options);

  private:
    /// The arrays of a run with one entry a block, and with one (or `per`) a vertex.
    template <class Visit>
    static void block_arrays(Visit visit) {
        visit([](auto& s) -> auto& { return s.blocks_.centre; });
        visit([](auto& s) -> auto& { return s.blocks_.F; });
        visit([](auto& s) -> auto& { return s.blocks_.velocity; });
        visit([](auto& s) -> auto& { return s.blocks_.stress; });
        visit([](auto& s) -> auto& { return s.blocks_.stress_zz; });
        visit([](auto& s) -> auto& { return s.blocks_.internal; });
        visit([](auto& s) -> auto& { return s.blocks_.strain; });
        visit([](auto& s) -> auto& { return s.blocks_.strain_energy; });
        visit([](auto& s) -> auto& { return s.blocks_.own_strain; });
        visit([](auto& s) -> auto& { return s.blocks_.tangent; });
        visit([](auto& s) -> auto& { return s.blocks_.memory; });
        visit([](auto& s) -> auto& { return s.blocks_.displacement; });
        visit([](auto& s) -> auto& { return s.blocks_.rotation; });
        visit([](auto& s) -> auto& { return s.near_; });
        visit([](auto& s) -> auto& { return s.relaxation_.start; });
        visit([](auto& s) -> auto& { return s.relaxation_.scale; });
    }
    template <class Visit>
    static void vertex_arrays(Visit visit) {
        visit([](auto& s) -> auto& { return s.blocks_.position; }, 1);
        visit([](auto& s) -> auto& { return s.blocks_.slip; }, 2);
    }
    static ModelData model_of(const Simulation& whole, const Share& share, std::span<const int> place, int rank);
    static void localise(ModelData& model, const Share& share, std::span<const int> place, int rank);
    static void fill(Simulation& part, const Simulation& whole, Share share);
    static void note_owned(Share& share, const Blocks& blocks);
    static void take_blocks(Simulation& part, Simulation& fresh);
    static void add(Ledger& sum, const Ledger& more);
    template <class Io>
    static void sums(Io& io, Simulation& part, Ledger& ledger, double& initial_total, double& initial_strain,
                     long& untrusted);
};

}  // namespace dda
