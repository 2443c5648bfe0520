// Large displacements, handed to Python: arrays in, arrays out.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstring>

#include "large_step.hpp"

namespace nb = nanobind;
using namespace nmm;

namespace {

template <class T>
using In = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
using Reals = In<double>;
using Ints = In<int>;
using Out = nb::ndarray<nb::numpy, double>;

Out owned(std::vector<double> v) {
    auto* data = new std::vector<double>(std::move(v));
    nb::capsule owner(data, [](void* p) noexcept { delete static_cast<std::vector<double>*>(p); });
    return {data->data(), {data->size()}, owner};
}

std::span<const double> view(const Reals& a) {
    return {a.data(), a.size()};
}

template <class Record, class T>
std::vector<Record> records(const In<T>& a) {
    std::vector<Record> r(a.size() * sizeof(T) / sizeof(Record));
    if (!r.empty()) std::memcpy(static_cast<void*>(r.data()), a.data(), a.size() * sizeof(T));
    return r;
}

void make_finite(Finite* self, const Space& space, Ints element, Reals point, Reals weight, Ints row, Reals laws,
                 Reals before) {
    new (self)
        Finite(space, {element.data(), element.size()}, {reinterpret_cast<const Vec2*>(point.data()), point.size() / 2},
               view(weight), {row.data(), row.size()}, records<Material>(laws), view(before));
}

/// piece, unit, place: of each function; free, affine (p, 2): of each piece.
void make_step(LargeStep* self, const Finite& finite, const System& ties, const System& mass, Ints piece, Reals unit,
               Reals place, Ints free, Ints affine) {
    const std::vector<int> moves = records<int>(free);
    new (self) LargeStep(finite, ties.matrix,
                         Pieces(records<int>(piece), records<double>(unit), records<Vec2>(place),
                                {moves.begin(), moves.end()}, records<std::array<int, 2>>(affine), mass.matrix));
}

}  // namespace

void bind_large(nb::module_& m) {
    nb::class_<Finite>(m, "Finite")
        .def("__init__", &make_finite)
        .def("quadratic", [](const Finite& f, Reals u, Reals d) { return f.quadratic(view(u), view(d)); })
        .def("energy", [](const Finite& f, Reals u) { return f.energy(view(u)); })
        .def("least_volume", [](const Finite& f, Reals u) { return f.least_volume(view(u)); })
        .def("distortion", [](const Finite& f, Reals u, Reals angle) { return f.distortion(view(u), view(angle)); })
        .def("add_tangent", [](const Finite& f, System& s, Reals u) { f.add_tangent(s, view(u)); })
        .def("force", [](const Finite& f, Reals u, Reals d, double theta) {
            std::vector<double> force(u.size(), 0.0);
            f.add_force(view(u), view(d), theta, force);
            return owned(std::move(force));
        });
    nb::class_<LargeStep>(m, "LargeStep")
        .def("__init__", &make_step, nb::keep_alive<1, 2>(), nb::keep_alive<1, 3>(), nb::keep_alive<1, 4>())
        .def(
            "begin", [](LargeStep& s, const System& chord, Reals u, double t) { s.begin(chord.matrix, view(u), t); },
            nb::keep_alive<1, 2>())
        .def("correction", [](const LargeStep& s, Reals d) { return owned(s.correction(view(d))); })
        .def("shift", [](const LargeStep& s, Reals d) { return owned(s.shift(view(d))); })
        .def("turned", [](const LargeStep& s, Reals v, Reals d) { return owned(s.pieces().turned(view(v), view(d))); })
        .def("turns", [](const LargeStep& s, Reals d) { return owned(s.pieces().turns(view(d))); })
        .def("angles", [](const LargeStep& s, Reals u) { return owned(s.pieces().angles(view(u))); })
        .def("quadratic", [](const LargeStep& s, Reals d) { return s.quadratic(view(d)); });
}
