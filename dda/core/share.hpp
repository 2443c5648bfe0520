// The part of the blocks that one rank has: those that it owns and, around them, its ghosts, whose owners it follows.
// Blocks keep the order of the whole model, so that sums over the contacts of a block run in the same order on any
// number of ranks.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "blocks.hpp"
#include "contact.hpp"
#include "team.hpp"

namespace dda {

struct Neighbour {
    int rank = 0;
    std::vector<char> holds;              ///< one a block of this rank: the neighbour has it too
    std::vector<int> outgoing, incoming;  ///< contacts of which this rank, or the neighbour, tells the other
};

struct Share {
    Team* team = nullptr;  ///< none: this is the whole model
    int rank = 0;
    std::vector<int> ids;     ///< numbers of the blocks in the whole model, ascending
    std::vector<int> owner;   ///< rank of each block
    std::vector<int> slots;   ///< slots of the blocks that this rank owns
    std::vector<char> owned;  ///< one a slot
    std::vector<int> pins;    ///< numbers of the fixed points in the whole model
    std::vector<int> column;  ///< of each slot, among the moving blocks of all ranks
    std::vector<Neighbour> neighbours;
    double margin = 0.0;  ///< ghosts were taken from this far [m]
    double moved = 0.0;   ///< by which any two blocks may have come nearer to each other since then [m]
    std::vector<std::array<int, 2>> pairs;  ///< blocks that were near when the near pairs were made, as slots
    bool new_pairs = true;

    bool mine(int block) const { return !team || owner[block] == rank; }
    int number(int block) const { return team ? ids[block] : block; }
};

/// The rank that speaks for a contact: that of the vertex's block, or where that is fixed, of the edge's. It knows all
/// other contacts of the vertex.
inline int speaker(const Share& share, const Blocks& b, const Contact& c) {
    const int i = b.owner[c.vertex];
    return share.owner[b.slot[i] >= 0 ? i : b.owner[c.edge]];
}

/// Which contacts the neighbours tell each other of; again whenever the near pairs are made anew.
void make_lists(Share& share, const Blocks& blocks, std::span<const Contact> contacts);

/// Take the contacts that other ranks speak for as these have them.
void share_contacts(Share& share, std::span<Contact> contacts);

}  // namespace dda
