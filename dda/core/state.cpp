// The whole changing state of a run as bytes: what is read back continues with the same bits.
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "simulation.hpp"

namespace dda {
namespace {

constexpr std::uint64_t MAGIC = 0x3130'4144'4459'4148;  // "HAYDDA01", changes with the layout

class Writer {
  public:
    template <class T>
    void operator()(T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto* p = reinterpret_cast<const std::byte*>(&value);
        bytes.insert(bytes.end(), p, p + sizeof(T));
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        std::uint64_t n = values.size();
        (*this)(n);
        static_assert(std::is_trivially_copyable_v<T>);
        const auto* p = reinterpret_cast<const std::byte*>(values.data());
        bytes.insert(bytes.end(), p, p + n * sizeof(T));
    }
    std::vector<std::byte> bytes;
};

class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
    template <class T>
    void operator()(T& value) {
        std::memcpy(&value, take(sizeof(T)), sizeof(T));
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        std::uint64_t n = 0;
        (*this)(n);
        const std::byte* p = take(n * sizeof(T));
        values.resize(n);
        if (n > 0) std::memcpy(values.data(), p, n * sizeof(T));
    }

  private:
    const std::byte* take(std::size_t n) {
        if (n > bytes_.size() - at_) throw std::invalid_argument("the saved state ends too early");
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
    io(blocks_.centre), io(blocks_.F), io(blocks_.velocity), io(blocks_.stress), io(blocks_.stress_zz),
        io(blocks_.internal), io(blocks_.strain), io(blocks_.strain_energy);
    io(blocks_.displacement), io(blocks_.rotation), io(blocks_.position), io(blocks_.slip);
    io(contacts_), io(pins_), io(near_);
    io(near_margin_), io(moved_since_), io(piece_), io(static_dt_);
    io(ledger_), io(initial_total_), io(initial_strain_);
    io(time_), io(steps_), io(substeps_), io(report_), io(totals_);
}

std::vector<std::byte> Simulation::save() {
    solver_.forget();
    Writer io;
    std::uint64_t magic = MAGIC;
    int blocks = blocks_.count();
    std::vector<double> loads = loads_->save();
    io(magic), io(blocks), io(loads);
    transfer(io);
    return std::move(io.bytes);
}

void Simulation::load(std::span<const std::byte> state) {
    Reader io(state);
    std::uint64_t magic = 0;
    int blocks = 0;
    std::vector<double> loads;
    io(magic);
    if (magic != MAGIC) throw std::invalid_argument("not a saved state of this version");
    io(blocks);
    if (blocks != blocks_.count())
        throw std::invalid_argument("the saved state has " + std::to_string(blocks) + " blocks, the model " +
                                    std::to_string(blocks_.count()));
    io(loads);
    transfer(io);
    loads_->load(loads);
    solver_.forget();
}

}  // namespace dda
