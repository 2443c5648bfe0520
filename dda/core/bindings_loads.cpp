// Loads of one step, evaluated on a model at rest or in motion: what the tests look at.
#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/vector.h>

#include "bindings_vec2.hpp"
#include "loads.hpp"

namespace nb = nanobind;
using namespace dda;

namespace {

/// A model with its blocks, moved by hand.
struct LoadProbe {
    explicit LoadProbe(const ModelData& model) : blocks(make_blocks(model)), loads(model, blocks) {
        for (int i = 0; i < blocks.count(); ++i)
            for (int j = i + 1; j < blocks.count(); ++j) pairs.push_back({i, j});
    }
    void prepare(const StepTime& step) { loads.prepare(blocks, pairs, step); }
    LoadEnergy step(const std::vector<Vec6>& d, const StepTime& step) {
        const LoadEnergy energy = loads.commit(blocks, d, step);
        for (int i = 0; i < blocks.count(); ++i) {
            if (blocks.slot[i] < 0) continue;
            Vec6& v = blocks.velocity[i];
            for (int k = 0; k < 6; ++k) v[k] = 2.0 * d[blocks.slot[i]][k] / step.dt - v[k];
            move_block(blocks, i, d[blocks.slot[i]]);
        }
        return energy;
    }

    Blocks blocks;
    Loads loads;
    std::vector<std::array<int, 2>> pairs;
};

}  // namespace

void bind_load_probe(nb::module_& m) {
    nb::class_<StepTime>(m, "StepTime")
        .def(nb::init<>())
        .def_rw("start", &StepTime::start)
        .def_rw("dt", &StepTime::dt)
        .def_rw("theta", &StepTime::theta)
        .def_rw("is_static", &StepTime::is_static);
    nb::class_<LoadEnergy>(m, "LoadEnergy")
        .def_ro("stored", &LoadEnergy::stored)
        .def_ro("external", &LoadEnergy::external)
        .def_ro("breakage", &LoadEnergy::breakage)
        .def_ro("dissipated", &LoadEnergy::dissipated)
        .def_ro("scheme", &LoadEnergy::scheme);
    nb::class_<Row>(m, "Row")
        .def_ro("slot", &Row::slot)
        .def_ro("r", &Row::r)
        .def_ro("stiffness", &Row::stiffness)
        .def_ro("force", &Row::force);
    nb::class_<LoadProbe>(m, "LoadProbe")
        .def(nb::init<const ModelData&>())
        .def("prepare", &LoadProbe::prepare)
        .def("step", &LoadProbe::step)
        .def("motion", [](const LoadProbe& p, int block, const StepTime& s) { return p.loads.motion(block, s); })
        .def("save", [](const LoadProbe& p) { return p.loads.save(); })
        .def("load", [](LoadProbe& p, const std::vector<double>& state) { p.loads.load(state); })
        .def_prop_ro("force", [](const LoadProbe& p) { return p.loads.force; })
        .def_prop_ro("rows", [](const LoadProbe& p) { return p.loads.rows; })
        .def_prop_ro("centre", [](const LoadProbe& p) { return p.blocks.centre; })
        .def_prop_ro("velocity", [](const LoadProbe& p) { return p.blocks.velocity; })
        .def_prop_ro("mass", [](const LoadProbe& p) { return p.blocks.mass; });
}
