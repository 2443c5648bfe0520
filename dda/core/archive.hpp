// How structs and arrays become bytes and come back, member by member: padding has no defined bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "contact.hpp"
#include "contact_rows.hpp"
#include "simulation.hpp"

namespace dda {

[[noreturn]] inline void refuse(const std::string& why) {
    throw std::invalid_argument(why);
}

// All members of a struct, in order. A member that is missing here does not compile.
template <class Io>
void members(Io&& io, Contact& c) {
    auto& [vertex, edge, joint, state, present, bonded, forgiven, normal, shear, trend_n, trend_t, anchor, sprung, rest,
           closed_for, drag, gap, along, length, speed, law_state] = c;
    io(vertex, edge, joint, state, present, bonded, forgiven, normal, shear, trend_n, trend_t, anchor, sprung, rest,
       closed_for, drag, gap, along, length, speed, law_state);
}
template <class Io>
void members(Io&& io, Pin& p) {
    auto& [block, reference, place, normal, shear] = p;
    io(block, reference, place, normal, shear);
}
template <class Io>
void members(Io&& io, StepReport& r) {
    auto& [open_close, solver_iterations, direct_solves, contacts, closed, impact_sweeps, loose, residual, penetration,
           missed, unbalanced, displacement, complementarity, dt] = r;
    io(open_close, solver_iterations, direct_solves, contacts, closed, impact_sweeps, loose, residual, penetration,
       missed, unbalanced, displacement, complementarity, dt);
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

}  // namespace dda
