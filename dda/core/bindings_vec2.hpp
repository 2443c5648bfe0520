// How a Vec2 crosses to Python: a pair of floats.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>

#include "types.hpp"

namespace nanobind::detail {

template <>
struct type_caster<dda::Vec2> {
    NB_TYPE_CASTER(dda::Vec2, const_name("tuple[float, float]"))
    using Pair = std::array<double, 2>;

    bool from_python(handle source, uint8_t flags, cleanup_list* cleanup) noexcept {
        make_caster<Pair> pair;
        if (!pair.from_python(source, flags, cleanup)) return false;
        value = {pair.value[0], pair.value[1]};
        return true;
    }
    static handle from_cpp(const dda::Vec2& v, rv_policy, cleanup_list*) noexcept {
        return PyTuple_Pack(2, nanobind::float_(v.x).ptr(), nanobind::float_(v.y).ptr());
    }
};

}  // namespace nanobind::detail
