#include "share.hpp"

#include <stdexcept>
#include <type_traits>

#include "archive.hpp"

namespace dda {

void make_lists(Share& share, const Blocks& blocks, std::span<const Contact> contacts) {
    for (Neighbour& n : share.neighbours) {
        n.outgoing.clear();
        n.incoming.clear();
        for (std::size_t k = 0; k < contacts.size(); ++k) {
            const Contact& c = contacts[k];
            const int rank = speaker(share, blocks, c);
            if (rank == n.rank)
                n.incoming.push_back(static_cast<int>(k));
            else if (rank == share.rank && n.holds[blocks.owner[c.vertex]] && n.holds[blocks.owner[c.edge]])
                n.outgoing.push_back(static_cast<int>(k));
        }
    }
}

void share_contacts(Share& share, std::span<Contact> contacts) {
    std::vector<std::vector<double>> out(share.neighbours.size());
    // The places of a contact, vertex and edge, have other numbers on other ranks; all else is told.
    for (std::size_t n = 0; n < out.size(); ++n)
        for (const int k : share.neighbours[n].outgoing)
            members([&](auto&... m) { (out[n].push_back(static_cast<double>(m)), ...); }, contacts[k]);
    const std::vector<std::vector<double>> in = share.team->swap(out);
    for (std::size_t n = 0; n < in.size(); ++n) {
        std::size_t at = 0;
        for (const int k : share.neighbours[n].incoming) {
            Contact& c = contacts[k];
            const int vertex = c.vertex, edge = c.edge;
            members(
                [&](auto&... m) {
                    if (at + sizeof...(m) > in[n].size()) throw std::logic_error("ranks differ in their contacts");
                    ((m = static_cast<std::remove_reference_t<decltype(m)>>(in[n][at++])), ...);
                },
                c);
            c.vertex = vertex;
            c.edge = edge;
        }
        if (at != in[n].size()) throw std::logic_error("ranks differ in their contacts");
    }
}

}  // namespace dda
