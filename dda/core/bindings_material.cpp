// Material laws, bound: arrays of points in, the answer into arrays that the caller owns.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "laws/network/network_law.hpp"
#include "laws/network/trusted_law.hpp"
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

std::span<const double> view(const In& array) {
    return {array.data(), array.size()};
}

std::unique_ptr<MaterialLaw> make_network_law(const std::string& symmetry, const std::string& activation,
                                              const std::vector<In>& weights, const std::vector<In>& biases,
                                              const In& out, std::array<double, 4> numbers, std::array<double, 3> axis,
                                              double stiffest) {
    std::vector<std::span<const double>> W, b;
    for (const In& a : weights) W.push_back(view(a));
    for (const In& a : biases) b.push_back(view(a));
    return laws::network_law(
        {symmetry, activation, W, b, view(out), numbers[0], numbers[1], numbers[2], numbers[3], axis, stiffest});
}

}  // namespace

void bind_material_laws(nb::module_& m) {
    nb::class_<MaterialLaw>(m, "MaterialLaw")
        .def_prop_ro("state_names", &MaterialLaw::state_names)
        .def_prop_ro("symmetric", &MaterialLaw::symmetric)
        .def_prop_ro("stiffest", &MaterialLaw::stiffest)
        .def("evaluate", &evaluate)
        .def("untrusted", [](const MaterialLaw& law, const In& strain) { return law.untrusted(view(strain)); });
    m.def("make_material_law", &make_material_law);
    m.def("make_network_law", &make_network_law);
    m.def("make_trusted_law", [](std::shared_ptr<MaterialLaw> learned, double trust, double young, double poisson) {
        return laws::trusted_law(std::move(learned), trust, young, poisson);
    });
}
