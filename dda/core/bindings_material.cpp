// Material laws, bound: arrays of points in, the answer into arrays that the caller owns.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "laws/material/mean.hpp"
#include "laws/network/network_law.hpp"
#include "laws/network/standard_law.hpp"
#include "laws/network/trusted_law.hpp"
#include "laws/network/yield_law.hpp"
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

void mean_over_step(const MaterialLaw& law, const In& strain, const In& strain_old, const Out& stress,
                    const Out& tangent) {
    nb::gil_scoped_release release;
    laws::mean_over_step(law, {{strain.data(), strain.size()}, {strain_old.data(), strain_old.size()}, {}, 0.0},
                         {{stress.data(), stress.size()}, {tangent.data(), tangent.size()}, {}});
}

void energy(const MaterialLaw& law, const In& strain, const Out& density) {
    law.energy({strain.data(), strain.size()}, {density.data(), density.size()});
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

// planes, offsets, sharpness.
using Facets = std::tuple<In, In, double>;

laws::SurfaceParts surface(const Facets& f) {
    return {view(std::get<0>(f)), view(std::get<1>(f)), std::get<2>(f)};
}

// numbers: bulk, shear, unit, bound [Pa].
std::unique_ptr<MaterialLaw> make_yield_law(std::array<double, 4> numbers, const Facets& f,
                                            const std::optional<Facets>& g, double linear,
                                            const std::vector<double>& amounts, const std::vector<double>& scales) {
    laws::YieldParts parts{
        numbers[0], numbers[1], numbers[2], numbers[3], surface(f), std::nullopt, {linear, amounts, scales}};
    if (g) parts.potential = surface(*g);
    return laws::yield_law(parts);
}

}  // namespace

void bind_material_laws(nb::module_& m) {
    nb::class_<MaterialLaw>(m, "MaterialLaw")
        .def_prop_ro("state_names", &MaterialLaw::state_names)
        .def_prop_ro("symmetric", &MaterialLaw::symmetric)
        .def_prop_ro("stiffest", &MaterialLaw::stiffest)
        .def("evaluate", &evaluate)
        .def("mean_over_step", &mean_over_step)
        .def("energy", &energy)
        .def("untrusted", [](const MaterialLaw& law, const In& strain, const In& state) {
            return law.untrusted(view(strain), view(state));
        });
    m.def("make_material_law", &make_material_law);
    m.def("make_network_law", &make_network_law);
    m.def("make_yield_law", &make_yield_law, nb::arg(), nb::arg(), nb::arg().none(), nb::arg(), nb::arg(), nb::arg());
    m.def(
        "make_trusted_yield",
        [](std::shared_ptr<MaterialLaw> learned, double stress, double strain, std::shared_ptr<MaterialLaw> closed) {
            return laws::trusted_yield(std::move(learned), stress, strain, std::move(closed));
        },
        nb::arg(), nb::arg(), nb::arg(), nb::arg().none());
    m.def("make_standard_law", [](std::shared_ptr<MaterialLaw> free, std::shared_ptr<MaterialLaw> stored,
                                  std::shared_ptr<MaterialLaw> dual, double strain_scale) {
        return laws::standard_law(std::move(free), std::move(stored), std::move(dual), strain_scale);
    });
    m.def("make_trusted_law", [](std::shared_ptr<MaterialLaw> learned, double trust, double young, double poisson,
                                 std::vector<double> centre, std::vector<double> shape, std::vector<double> least,
                                 std::vector<double> most) {
        laws::Region region(trust, std::move(centre), std::move(shape), std::move(least), std::move(most));
        return laws::trusted_law(std::move(learned), std::move(region), young, poisson);
    });
}
