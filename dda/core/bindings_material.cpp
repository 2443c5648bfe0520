// Material laws, bound: arrays of points in, the answer into arrays that the caller owns.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "material_law.hpp"

namespace nb = nanobind;
using namespace dda;

namespace {

using In = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;
using Out = nb::ndarray<double, nb::c_contig, nb::device::cpu>;

void evaluate(const MaterialLaw& law, const In& strain, const In& strain_old, const In& state, double dt,
              const Out& stress, const Out& tangent, const Out& new_state) {
    const MaterialPoints in{
        {strain.data(), strain.size()}, {strain_old.data(), strain_old.size()}, {state.data(), state.size()}, dt};
    const MaterialAnswer out{
        {stress.data(), stress.size()}, {tangent.data(), tangent.size()}, {new_state.data(), new_state.size()}};
    nb::gil_scoped_release release;
    law.evaluate(in, out);
}

}  // namespace

void bind_material_laws(nb::module_& m) {
    nb::class_<MaterialLaw>(m, "MaterialLaw")
        .def_prop_ro("state_names", &MaterialLaw::state_names)
        .def_prop_ro("symmetric", &MaterialLaw::symmetric)
        .def_prop_ro("stiffest", &MaterialLaw::stiffest)
        .def("evaluate", &evaluate);
    m.def("make_material_law", &make_material_law);
}
