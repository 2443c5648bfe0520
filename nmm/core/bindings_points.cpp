// Integration points of the manifold method and their direct solver, bound.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "points.hpp"
#include "tangent_factor.hpp"

namespace nb = nanobind;
using namespace nmm;

namespace {

using Reals = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;
using Ints = nb::ndarray<const int, nb::c_contig, nb::device::cpu>;
using Out = nb::ndarray<nb::numpy, double>;

Out owned(std::vector<double> v, std::initializer_list<std::size_t> shape) {
    auto* data = new std::vector<double>(std::move(v));
    nb::capsule owner(data, [](void* p) noexcept { delete static_cast<std::vector<double>*>(p); });
    return {data->data(), shape, owner};
}

std::span<const double> view(const Reals& a) {
    return {a.data(), a.size()};
}

void make_points(Points* self, const Space& space, Ints element, Reals point, Reals weight) {
    new (self) Points(space, {element.data(), element.size()},
                      {reinterpret_cast<const Vec2*>(point.data()), point.size() / 2}, view(weight));
}

Out strain(const Points& points, Reals d) {
    return owned(points.strain(view(d)), {points.count(), static_cast<std::size_t>(Points::MANDEL)});
}

Out force(const Points& points, Reals stress) {
    std::vector<double> f = points.force(view(stress));
    const std::size_t n = f.size();
    return owned(std::move(f), {n});
}

void add_stiffness(const Points& points, System& system, Reals tangent) {
    nb::gil_scoped_release release;
    points.add_stiffness(system, view(tangent));
}

bool factorise(TangentFactor& factor, const System& system) {
    nb::gil_scoped_release release;
    return factor.factorise(system.matrix);
}

Out solve(const TangentFactor& factor, Reals b) {
    return owned(factor.solve(view(b)), {b.size()});
}

}  // namespace

void bind_points(nb::module_& m) {
    nb::class_<Points>(m, "Points")
        .def("__init__", &make_points)
        .def("strain", &strain)
        .def("force", &force)
        .def("add_stiffness", &add_stiffness);
    nb::class_<TangentFactor>(m, "TangentFactor")
        .def(nb::init<bool>())
        .def("factorise", &factorise)
        .def("solve", &solve);
}
