// The whole changing state of a run as bytes: what is read back continues with the same bits, and the same run gives
// the same bytes. So structs are written member by member (padding has no defined bytes), and wall-clock seconds stay
// out.
#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "simulation.hpp"

namespace dda {
namespace {

constexpr std::uint64_t MAGIC = 0x3530'4144'4459'4148;  // "HAYDDA05", changes with the layout

/// What the bytes begin with.
struct Header {
    std::uint64_t magic = MAGIC;
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;  ///< of the whole, header included
};

[[noreturn]] void refuse(const std::string& why) {
    throw std::invalid_argument(why);
}

// All members of a struct, in order. A member that is missing here does not compile.
template <class Io>
void members(Io&& io, Contact& c) {
    auto& [vertex, edge, joint, state, present, bonded, forgiven, normal, shear, trend_n, trend_t, anchor, spring, gap,
           along, length, speed, law_state] = c;
    io(vertex, edge, joint, state, present, bonded, forgiven, normal, shear, trend_n, trend_t, anchor, spring, gap,
       along, length, speed, law_state);
}
template <class Io>
void members(Io&& io, Pin& p) {
    auto& [block, reference, place, normal, shear] = p;
    io(block, reference, place, normal, shear);
}
template <class Io>
void members(Io&& io, StepReport& r) {
    auto& [open_close, solver_iterations, direct_solves, contacts, closed, impact_sweeps, loose, residual, penetration,
           displacement, complementarity, dt] = r;
    io(open_close, solver_iterations, direct_solves, contacts, closed, impact_sweeps, loose, residual, penetration,
       displacement, complementarity, dt);
}

template <class T>
concept Struct = requires(T& value) { members([](auto&...) {}, value); };

class Writer {
  public:
    template <class T>
    void operator()(T& value) {
        if constexpr (Struct<T>) {
            members([this](auto&... m) { ((*this)(m), ...); }, value);
        } else {
            static_assert(std::is_trivially_copyable_v<T>);
            const auto* p = reinterpret_cast<const std::byte*>(&value);
            bytes.insert(bytes.end(), p, p + sizeof(T));
        }
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        std::uint64_t n = values.size();
        (*this)(n);
        if constexpr (Struct<T>) {
            for (T& value : values) (*this)(value);
        } else {
            const auto* p = reinterpret_cast<const std::byte*>(values.data());
            bytes.insert(bytes.end(), p, p + n * sizeof(T));
        }
    }
    template <class T>
    void same_size(std::vector<T>& values) {
        (*this)(values);
    }
    std::vector<std::byte> bytes;
};

class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
    template <class T>
    void operator()(T& value) {
        if constexpr (Struct<T>) {
            members([this](auto&... m) { ((*this)(m), ...); }, value);
        } else {
            std::memcpy(&value, take(sizeof(T)), sizeof(T));
        }
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        values.resize(count());
        fill(values);
    }
    /// An array whose length the model gives.
    template <class T>
    void same_size(std::vector<T>& values) {
        const std::size_t n = count();
        if (n != values.size())
            refuse("the saved state is of a model with other blocks: an array of " + std::to_string(n) +
                   " entries where this model has " + std::to_string(values.size()));
        fill(values);
    }
    std::size_t left() const { return bytes_.size() - at_; }

  private:
    template <class T>
    void fill(std::vector<T>& values) {
        if constexpr (Struct<T>) {
            for (T& value : values) (*this)(value);
        } else if (const std::byte* p = take(values.size() * sizeof(T)); !values.empty()) {
            std::memcpy(values.data(), p, values.size() * sizeof(T));
        }
    }
    std::size_t count() {
        std::uint64_t n = 0;
        (*this)(n);
        if (n > left()) refuse("the saved state is damaged: it ends too early");  // an entry has a byte at least
        return n;
    }
    const std::byte* take(std::size_t n) {
        if (n > left()) refuse("the saved state is damaged: it ends too early");
        const std::byte* p = bytes_.data() + at_;
        at_ += n;
        return p;
    }
    std::span<const std::byte> bytes_;
    std::size_t at_ = 0;
};

}  // namespace

template <class Archive>
void Simulation::transfer(Archive& io) {
    Blocks& b = blocks_;
    io.same_size(b.centre), io.same_size(b.F), io.same_size(b.velocity), io.same_size(b.stress);
    io.same_size(b.stress_zz), io.same_size(b.internal), io.same_size(b.strain), io.same_size(b.strain_energy);
    io.same_size(b.displacement), io.same_size(b.rotation), io.same_size(b.position), io.same_size(b.slip);
    io(contacts_), io(pins_), io.same_size(near_);
    io(near_margin_), io(moved_since_), io(piece_), io(static_dt_);
    io(ledger_), io(initial_total_), io(initial_strain_);
    io(time_), io(steps_), io(substeps_), io(report_);
    io(totals_.open_close), io(totals_.solver_iterations), io(totals_.direct_solves), io(totals_.cuts);
    io(totals_.loose), io(totals_.penetration);
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
