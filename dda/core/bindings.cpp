// The corridor between Python and the core: view, call, own the result, release the GIL.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "simulation.hpp"

namespace nb = nanobind;
using namespace dda;

void bind_model(nb::module_& m);
void bind_linear_algebra(nb::module_& m);
void bind_geometry(nb::module_& m);
void bind_material_laws(nb::module_& m);
void bind_team(nb::module_& m);

namespace {

using Array = nb::ndarray<nb::numpy, double>;

/// A fresh (rows, columns) array, filled by value(i, j).
template <class Value>
Array table(std::size_t rows, std::size_t columns, Value value) {
    auto* data = new double[rows * columns];
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j)
            data[i * columns + j] = value(static_cast<int>(i), static_cast<int>(j));
    nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<double*>(p); });
    return Array(data, {rows, columns}, owner);
}

Array block_table(const Simulation& s, int columns, double (*value)(const Blocks&, int, int)) {
    const Blocks& b = s.blocks();
    return table(b.count(), columns, [&](int i, int j) { return value(b, i, j); });
}

/// Columns: block_a, block_b, x, y, gap, normal, shear, state, vertex, edge, length, slip speed.
Array contact_table(const Simulation& s) {
    const Blocks& b = s.blocks();
    std::vector<const Contact*> rows;
    for (const Contact& c : s.contacts())
        if (c.present) rows.push_back(&c);
    return table(rows.size(), 12, [&](int i, int j) {
        const Contact& c = *rows[i];
        const Vec2 x = b.position[c.vertex];
        const double values[] = {double(b.owner[c.vertex]),
                                 double(b.owner[c.edge]),
                                 x.x,
                                 x.y,
                                 c.gap,
                                 c.normal,
                                 c.shear,
                                 double(c.state),
                                 double(c.vertex),
                                 double(c.edge),
                                 c.length,
                                 c.speed};
        return values[j];
    });
}

nb::dict ledger_dict(const Simulation& s) {
    const Ledger& l = s.ledger();
    nb::dict d;
    d["kinetic"] = l.kinetic, d["strain"] = l.strain, d["potential"] = l.potential, d["contact"] = l.contact;
    d["friction"] = l.friction, d["breakage"] = l.breakage, d["impact"] = l.impact, d["external"] = l.external;
    d["scheme"] = l.scheme, d["drift"] = s.drift();
    return d;
}

nb::dict report_dict(const Simulation& s) {
    const StepReport& r = s.report();
    nb::dict d;
    d["open_close"] = r.open_close, d["solver_iterations"] = r.solver_iterations, d["direct_solves"] = r.direct_solves;
    d["contacts"] = r.contacts, d["closed"] = r.closed, d["impact_sweeps"] = r.impact_sweeps;
    d["residual"] = r.residual, d["penetration"] = r.penetration, d["displacement"] = r.displacement, d["dt"] = r.dt;
    d["complementarity"] = r.complementarity, d["loose"] = r.loose;
    d["missed"] = r.missed, d["unbalanced"] = r.unbalanced;
    return d;
}

nb::dict totals_dict(const Simulation& s) {
    const Totals& t = s.totals();
    nb::dict d;
    d["open_close"] = t.open_close, d["solver_iterations"] = t.solver_iterations, d["direct_solves"] = t.direct_solves;
    d["cuts"] = t.cuts, d["contact_seconds"] = t.contact_seconds, d["assembly_seconds"] = t.assembly_seconds;
    d["solve_seconds"] = t.solve_seconds, d["loose"] = t.loose, d["penetration"] = t.penetration;
    d["missed"] = t.missed, d["unbalanced"] = t.unbalanced, d["untrusted"] = t.untrusted;
    return d;
}

nb::bytes to_bytes(Simulation& s) {
    const std::vector<std::byte> state = s.save();
    return nb::bytes(state.data(), state.size());
}

void from_bytes(Simulation& s, const nb::bytes& state) {
    s.load({static_cast<const std::byte*>(state.data()), state.size()});
}

}  // namespace

Options options_of(double dt, const std::string& scheme, double stiffness, int threads, const nb::dict& settings) {
    Options o;
    o.dt = dt;
    o.scheme = find_scheme(scheme);
    o.threads = threads;
    if (o.scheme.inequalities) o.contact = inequality_options();
    o.contact.stiffness = stiffness;
    for (auto [key, value] : settings) {
        const auto name = nb::cast<std::string>(key);
        const auto x = nb::cast<double>(value);
        if (name == "solver_tolerance")
            o.solver_tolerance = x;
        else if (name == "gap_tolerance")
            o.contact.gap_tolerance = x;
        else if (name == "force_tolerance")
            o.contact.force_tolerance = x;
        else if (name == "recovery")
            o.contact.recovery = x;
        else if (name == "penalty_factor")
            o.contact.factor = x;
        else if (name == "displacement_limit")
            o.displacement_limit = x;
        else if (name == "rotation_limit")
            o.rotation_limit = x;
        else if (name == "static_limit")
            o.static_limit = x;
        else if (name == "penetration_limit")
            o.penetration_limit = x;
        else if (name == "max_open_close")
            o.max_open_close = static_cast<int>(x);
        else if (name == "max_cuts")
            o.max_cuts = static_cast<int>(x);
        else
            throw std::invalid_argument("unknown setting '" + name + "'");
    }
    return o;
}

namespace {

Simulation* make_simulation(const ModelData& model, double dt, const std::string& scheme, double stiffness, int threads,
                            const nb::dict& settings) {
    return new Simulation(model, options_of(dt, scheme, stiffness, threads, settings));
}

}  // namespace

NB_MODULE(_core, m) {
    bind_model(m);
    bind_linear_algebra(m);
    bind_geometry(m);
    bind_material_laws(m);
    nb::exception<StepFailed>(m, "StepFailed", PyExc_RuntimeError);
    m.def("schemes", [] {
        std::vector<std::string> names;
        for (const Scheme& s : SCHEMES) names.emplace_back(s.name);
        return names;
    });
    nb::class_<Settlement>(m, "Settlement")
        .def_ro("converged", &Settlement::converged)
        .def_ro("residual", &Settlement::residual)
        .def_ro("steps", &Settlement::steps)
        .def_ro("displacement", &Settlement::displacement)
        .def_ro("reason", &Settlement::reason);
    bind_team(m);
    nb::class_<Simulation>(m, "Simulation")
        .def(nb::new_(&make_simulation))
        .def("advance", &Simulation::advance, nb::call_guard<nb::gil_scoped_release>())
        .def("settle", &Simulation::settle, nb::call_guard<nb::gil_scoped_release>())
        .def("revise", &Simulation::revise)
        .def("reset", &Simulation::reset)
        .def("save", &to_bytes)
        .def("load", &from_bytes)
        .def_prop_ro("time", &Simulation::time)
        .def_prop_ro("steps", &Simulation::steps)
        .def_prop_ro("substeps", &Simulation::substeps)
        .def("centroids",
             [](const Simulation& s) {
                 return block_table(s, 2,
                                    [](const Blocks& b, int i, int j) { return j ? b.centre[i].y : b.centre[i].x; });
             })
        .def("displacements",
             [](const Simulation& s) {
                 return block_table(
                     s, 2, [](const Blocks& b, int i, int j) { return j ? b.displacement[i].y : b.displacement[i].x; });
             })
        .def("velocities",
             [](const Simulation& s) {
                 return block_table(s, 6, [](const Blocks& b, int i, int j) { return b.velocity[i][j]; });
             })
        .def("rotations",
             [](const Simulation& s) {
                 return block_table(s, 1, [](const Blocks& b, int i, int) { return b.rotation[i]; });
             })
        .def("stresses",
             [](const Simulation& s) {
                 return block_table(
                     s, 4, [](const Blocks& b, int i, int j) { return j < 3 ? b.stress[i][j] : b.stress_zz[i]; });
             })
        .def("gradients",
             [](const Simulation& s) {
                 return block_table(s, 4, [](const Blocks& b, int i, int j) { return b.F[i][j]; });
             })
        .def("masses",
             [](const Simulation& s) {
                 return block_table(s, 1, [](const Blocks& b, int i, int) { return b.mass[i]; });
             })
        .def("vertices",
             [](const Simulation& s) {
                 const Blocks& b = s.blocks();
                 return table(b.position.size(), 2,
                              [&](int i, int j) { return j ? b.position[i].y : b.position[i].x; });
             })
        .def("slips",
             [](const Simulation& s) {
                 const Blocks& b = s.blocks();
                 return table(b.position.size(), 1,
                              [&](int i, int) { return std::max(b.slip[2 * i], b.slip[2 * b.previous[i] + 1]); });
             })
        .def("offsets", [](const Simulation& s) { return s.blocks().first; })
        .def("contacts", &contact_table)
        .def("energy", &ledger_dict)
        .def("report", &report_dict)
        .def("totals", &totals_dict);
}
