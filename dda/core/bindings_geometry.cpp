// Geometry without a run, bound for Python: the gap of two polygons.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>

#include "bindings_vec2.hpp"
#include "polygon_gap.hpp"

namespace nb = nanobind;
using namespace dda;

namespace {

using Polygon = nb::ndarray<const double, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;

std::span<const Vec2> view(const Polygon& p) {
    return {reinterpret_cast<const Vec2*>(p.data()), p.shape(0)};
}

PolygonGap gap(const Polygon& a, const Polygon& b, Vec2 centre_a, Vec2 centre_b) {
    nb::gil_scoped_release release;
    return polygon_gap(view(a), view(b), centre_a, centre_b);
}

}  // namespace

void bind_geometry(nb::module_& m) {
    nb::class_<PolygonGap>(m, "PolygonGap")
        .def_ro("distance", &PolygonGap::distance)
        .def_ro("normal", &PolygonGap::normal)
        .def_ro("point_a", &PolygonGap::point_a)
        .def_ro("point_b", &PolygonGap::point_b)
        .def_ro("gradient_a", &PolygonGap::gradient_a)
        .def_ro("gradient_b", &PolygonGap::gradient_b);
    m.def("polygon_gap", &gap);
}
