// The whole changing state of a run as bytes: what is read back continues with the same bits, and the same run gives
// the same bytes. So structs are written member by member (padding has no defined bytes), and wall-clock seconds stay
// out.
#include <algorithm>
#include <cstring>

#include "archive.hpp"

namespace dda {
namespace {

constexpr std::uint64_t MAGIC = 0x3131'4144'4459'4148;  // "HAYDDA11", changes with the layout

/// What the bytes begin with.
struct Header {
    std::uint64_t magic = MAGIC;
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;  ///< of the whole, header included
};

}  // namespace

template <class Archive>
void Simulation::transfer(Archive& io) {
    Blocks& b = blocks_;
    io.same_size(b.centre), io.same_size(b.F), io.same_size(b.velocity), io.same_size(b.stress);
    io.same_size(b.stress_zz), io.same_size(b.internal), io.same_size(b.strain), io.same_size(b.strain_energy);
    io.same_size(b.own_strain), io.same_size(b.tangent), io.same_size(b.memory);
    io.same_size(b.displacement), io.same_size(b.rotation), io.same_size(b.position), io.same_size(b.slip);
    io(contacts_), io(pins_), io.same_size(near_);
    io(near_margin_), io(moved_since_), io(piece_), io(static_dt_);
    io(ledger_), io(initial_total_), io(initial_strain_);
    io(time_), io(steps_), io(substeps_), io(report_);
    io(totals_.open_close), io(totals_.solver_iterations), io(totals_.direct_solves), io(totals_.cuts);
    io(totals_.loose), io(totals_.penetration), io(totals_.missed), io(totals_.unbalanced), io(totals_.untrusted);
}

std::vector<std::byte> Simulation::save() {
    solver_.forget();
    Writer io;
    Header header{.blocks = static_cast<std::uint64_t>(blocks_.count())};
    std::vector<double> loads = loads_->save();
    io(header), io(loads);
    transfer(io);
    header.bytes = io.bytes.size();
    std::memcpy(io.bytes.data(), &header, sizeof(header));
    return std::move(io.bytes);
}

void Simulation::load(std::span<const std::byte> state) {
    if (state.size() < sizeof(Header))
        refuse("the saved state is cut off: it has " + std::to_string(state.size()) + " bytes");
    Reader io(state);
    Header header;
    std::vector<double> loads;
    io(header);
    if (header.magic != MAGIC) refuse("not a saved state of this version");
    if (header.blocks != static_cast<std::uint64_t>(blocks_.count()))
        refuse("the saved state has " + std::to_string(header.blocks) + " blocks, the model " +
               std::to_string(blocks_.count()));
    if (header.bytes != state.size())
        refuse("the saved state is " + std::string(state.size() < header.bytes ? "cut off" : "too long") + ": " +
               std::to_string(header.bytes) + " bytes were saved, " + std::to_string(state.size()) + " are given");
    io(loads);
    transfer(io);
    if (io.left() > 0) refuse("the saved state is damaged: " + std::to_string(io.left()) + " bytes are left over");
    const int vertices = static_cast<int>(blocks_.position.size());
    for (const Contact& c : contacts_)
        if (std::min(c.vertex, c.edge) < 0 || std::max(c.vertex, c.edge) >= vertices)
            refuse("the saved state is damaged: a contact of vertices that the model does not have");
    loads_->load(loads);
    solver_.forget();
}

}  // namespace dda
