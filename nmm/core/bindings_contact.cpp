// Contact of the manifold method, handed to Python: arrays in, arrays out.
#include "bindings_contact.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>

#include "contact_engine.hpp"
#include "system.hpp"

namespace nb = nanobind;
using namespace nmm;

namespace {

template <class T>
using In = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
using Reals = In<double>;
using Ints = In<int>;
using Out = nb::ndarray<nb::numpy, double>;

template <class T>
std::vector<T> list(const In<T>& a) {
    return {a.data(), a.data() + a.size()};
}

std::span<const double> view(const Reals& a) {
    return {a.data(), a.size()};
}

std::vector<Vec2> points(const Reals& a) {
    std::vector<Vec2> p(a.size() / 2);
    for (std::size_t k = 0; k < p.size(); ++k) p[k] = {a.data()[2 * k], a.data()[2 * k + 1]};
    return p;
}

Out owned(std::vector<double> v, std::initializer_list<std::size_t> shape) {
    auto* data = new std::vector<double>(std::move(v));
    nb::capsule owner(data, [](void* p) noexcept { delete static_cast<std::vector<double>*>(p); });
    return {data->data(), shape, owner};
}

/// loops: (N, 5) next, previous, owner, joint name, convex; owners: (n, 4) mass, area, size, depth and (n, 3) slot,
/// group, material; materials: (k, 3) density, Young's modulus, Poisson's ratio.
void make_contours(Contours* self, Reals reference, Ints loops, Reals owners, Ints kinds, Reals materials,
                   bool plane_strain, Ints start, Ints function, Reals weight, Reals share) {
    new (self) Contours();
    self->reference = points(reference);
    self->start = list<int>(start);
    self->function = list<int>(function);
    self->weight = list<double>(weight);
    self->share = list<double>(share);
    dda::Blocks& b = self->blocks;
    b.position = self->reference;
    for (std::size_t k = 0; k < self->reference.size(); ++k) {
        const int* row = loops.data() + 5 * k;
        b.next.push_back(row[0]);
        b.previous.push_back(row[1]);
        b.owner.push_back(row[2]);
        b.edge_joint.push_back(row[3]);
        b.convex.push_back(static_cast<char>(row[4]));
    }
    b.slip.assign(2 * b.position.size(), 0.0);
    const std::size_t n = owners.size() / 4;
    for (std::size_t i = 0; i < n; ++i) {
        const double* row = owners.data() + 4 * i;
        b.mass.push_back(row[0]);
        b.area.push_back(row[1]);
        b.size.push_back(row[2]);
        b.depth.push_back(row[3]);
        b.slot.push_back(kinds.data()[3 * i]);
        b.group.push_back(kinds.data()[3 * i + 1]);
        b.material.push_back(kinds.data()[3 * i + 2]);
        b.moving += b.slot.back() >= 0;
    }
    b.centre.assign(n, {});
    b.velocity.assign(n, {});
    for (std::size_t k = 0; k < materials.size() / 3; ++k) {
        const double* m = materials.data() + 3 * k;
        b.materials.push_back(dda::make_elasticity(m[0], m[1], m[2], plane_strain));
    }
}

nb::dict attempt(ContactEngine& engine, const BaseMatrix& A, Reals u, Reals v, Reals b, Reals load,
                 std::array<double, 2> when, bool is_static, bool stuck, double gx, double gy, const LargeStep* large) {
    StepOutput out;
    {
        nb::gil_scoped_release release;
        out = engine.attempt(
            A, {view(u), view(v), view(b), view(load), when[1], when[0], is_static, stuck, {gx, gy}, large});
    }
    nb::dict d;
    const std::size_t n = out.d.size();
    d["failure"] = out.failure, d["d"] = owned(std::move(out.d), {n});
    d["open_close"] = out.open_close, d["solver_iterations"] = out.solver_iterations;
    d["contacts"] = out.candidates, d["closed"] = out.closed, d["loose"] = out.loose, d["residual"] = out.residual;
    d["penetration"] = out.penetration, d["missed"] = out.missed, d["displacement"] = out.motion;
    return d;
}

nb::tuple commit(ContactEngine& engine, const BaseMatrix& M, Reals d, Reals shift, Reals v, double h, bool is_static) {
    std::vector<double> after;
    {
        nb::gil_scoped_release release;
        after = engine.commit(M, view(d), view(shift), view(v), h, is_static);
    }
    const dda::Ledger& l = engine.booked();
    const std::size_t n = after.size();
    return nb::make_tuple(owned(std::move(after), {n}), l.contact, l.friction, l.breakage, l.impact, l.external,
                          l.scheme);
}

/// Columns as in dda: owners, place, gap, normal, shear, state, vertex, edge, length, speed.
Out table(const ContactEngine& engine) {
    const dda::Blocks& b = engine.contours().blocks;
    std::vector<double> rows;
    for (const dda::Contact& c : engine.contacts()) {
        if (!c.present) continue;
        const Vec2 x = b.position[c.vertex];
        rows.insert(rows.end(), {double(b.owner[c.vertex]), double(b.owner[c.edge]), x.x, x.y, c.gap, c.normal, c.shear,
                                 double(c.state), double(c.vertex), double(c.edge), c.length, c.speed});
    }
    const std::size_t n = rows.size() / 12;
    return owned(std::move(rows), {n, 12});
}

void make_engine(ContactEngine* self, const Contours& contours, const dda::ModelData& joints, std::string scheme,
                 double penalty, double dt) {
    new (self) ContactEngine(contours, joints, scheme, penalty, dt);
}

Out save(const ContactEngine& engine) {
    std::vector<double> s = engine.save();
    const std::size_t n = s.size();
    return owned(std::move(s), {n});
}

}  // namespace

void bind_contact(nb::module_& m) {
    nb::class_<Contours>(m, "Contours").def("__init__", &make_contours);
    nb::class_<BaseMatrix>(m, "BaseMatrix").def("__init__", [](BaseMatrix* self, const System& s) {
        new (self) BaseMatrix(s.matrix);
    });
    nb::class_<ContactEngine>(m, "ContactEngine")
        .def("__init__", &make_engine)
        .def("initialise", [](ContactEngine& e, Reals u, Reals v) { e.initialise(view(u), view(v)); })
        .def("attempt", &attempt, nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(), nb::arg(),
             nb::arg(), nb::arg(), nb::arg(), nb::arg().none())
        .def("commit", &commit)
        .def("revise", &ContactEngine::revise)
        .def("contacts", &table)
        .def("slips",
             [](const ContactEngine& e) { return owned(e.contours().blocks.slip, {e.contours().blocks.slip.size()}); })
        .def("reset_slip", &ContactEngine::reset_slip)
        .def_prop_ro("smallest", &ContactEngine::smallest)
        .def("save", &save)
        .def("load", [](ContactEngine& e, Reals s) { e.load(view(s)); });
}
