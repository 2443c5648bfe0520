// The corridor between Python and the core of the manifold method: view, call, own the result, release the GIL.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstring>

#include "bindings_contact.hpp"
#include "blocks.hpp"
#include "inertia.hpp"
#include "segment.hpp"
#include "solve.hpp"
#include "system.hpp"

namespace nb = nanobind;
using namespace nmm;

void bind_points(nb::module_& m);
void bind_large(nb::module_& m);

namespace {

template <class T>
using In = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;
using Reals = In<double>;
using Ints = In<int>;
using Out = nb::ndarray<nb::numpy, double>;
using OutInts = nb::ndarray<nb::numpy, int>;

/// Records of a plain struct, seen as they lie in an array.
template <class Record, class T>
std::vector<Record> records(const In<T>& a) {
    std::vector<Record> r(a.size() * sizeof(T) / sizeof(Record));
    if (!r.empty()) std::memcpy(static_cast<void*>(r.data()), a.data(), a.size() * sizeof(T));
    return r;
}

template <class T>
nb::ndarray<nb::numpy, T> owned(std::vector<T> v, std::initializer_list<std::size_t> shape) {
    auto* data = new std::vector<T>(std::move(v));
    nb::capsule owner(data, [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
    return {data->data(), shape, owner};
}

void set_elements(Space& s, Ints covers, Ints cell, Ints edge_start, Reals edges) {
    s.covers = records<std::array<int, COVERS>>(covers);
    s.cell = records<int>(cell);
    s.edge_start = records<int>(edge_start);
    s.edges = records<Edge>(edges);
    s.make_frames();
}

void set_cells(Space& s, Reals origin, Reals size, Reals weights, Reals corners, Ints corner_count, Reals axes) {
    s.cell_origin = records<Vec2>(origin);
    s.cell_size = records<double>(size);
    s.weights = records<std::array<std::array<double, 6>, COVERS>>(weights);
    s.corners = records<std::array<Vec2, COVERS>>(corners);
    s.corner_count = records<int>(corner_count);
    s.axes = records<std::array<double, 4>>(axes)[0];
}

void set_covers(Space& s, Reals centre, Reals width, Ints first) {
    s.centre = records<Vec2>(centre);
    s.width = records<double>(width);
    s.first = records<int>(first);
}

void set_numbers(Space& s, Ints number, int functions) {
    s.number = records<int>(number);
    s.functions = functions;
}

Out areas(const Space& s) {
    std::vector<double> a(s.elements());
    {
        nb::gil_scoped_release release;
        for (int e = 0; e < s.elements(); ++e)
            a[e] = s.scale[e] * s.scale[e] * moments(s.boundary(e), s.origin[e], s.scale[e], 0)[0];
    }
    return owned(std::move(a), {static_cast<std::size_t>(s.elements())});
}

Out centroids(const Space& s) {
    std::vector<double> c(2 * s.elements());
    for (int e = 0; e < s.elements(); ++e) {
        const Moments m = moments(s.boundary(e), s.origin[e], s.scale[e], 1);
        c[2 * e] = s.origin[e].x + s.scale[e] * m[1] / m[0];
        c[2 * e + 1] = s.origin[e].y + s.scale[e] * m[2] / m[0];
    }
    return owned(std::move(c), {static_cast<std::size_t>(s.elements()), 2});
}

/// (n, 6): ux, uy [m] and their derivatives ux_x, ux_y, uy_x, uy_y [-] at points of elements.
Out evaluate(const Space& s, Ints element, Reals points, Reals d) {
    const std::size_t n = element.size();
    std::vector<double> out(6 * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        const Values v = values_at(basis_of(s, element.data()[i]), {points.data()[2 * i], points.data()[2 * i + 1]});
        double* r = &out[6 * i];
        for (int k = 0; k < v.count; ++k) {
            const double ux = d.data()[2 * v.number[k]], uy = d.data()[2 * v.number[k] + 1];
            r[0] += v.f[k] * ux, r[1] += v.f[k] * uy;
            r[2] += v.x[k] * ux, r[3] += v.y[k] * ux, r[4] += v.x[k] * uy, r[5] += v.y[k] * uy;
        }
    }
    return owned(std::move(out), {n, 6});
}

/// Numbers (n, f), values, x- and y-derivatives (n, f) of the functions at points of elements; number -1: none.
nb::tuple functions(const Space& s, Ints element, Reals points) {
    const std::size_t n = element.size();
    std::vector<Values> all(n);
    std::size_t most = 0;
    for (std::size_t i = 0; i < n; ++i) {
        all[i] = values_at(basis_of(s, element.data()[i]), {points.data()[2 * i], points.data()[2 * i + 1]});
        most = std::max<std::size_t>(most, all[i].count);
    }
    std::vector<int> number(n * most, -1);
    std::vector<double> f(n * most, 0.0), x(f), y(f);
    for (std::size_t i = 0; i < n; ++i) {
        std::copy_n(all[i].number.begin(), all[i].count, number.begin() + i * most);
        std::copy_n(all[i].f.begin(), all[i].count, f.begin() + i * most);
        std::copy_n(all[i].x.begin(), all[i].count, x.begin() + i * most);
        std::copy_n(all[i].y.begin(), all[i].count, y.begin() + i * most);
    }
    return nb::make_tuple(owned(std::move(number), {n, most}), owned(std::move(f), {n, most}),
                          owned(std::move(x), {n, most}), owned(std::move(y), {n, most}));
}

/// k matrices (2 n, 2 n) and right-hand sides (2 n,) over functions `number` (k, n); those with number -1 are left out.
void add_matrices(System& s, Ints number, Reals matrix, Reals load) {
    const std::size_t k = number.shape(0), n = number.shape(1);
    for (std::size_t e = 0; e < k; ++e) {
        std::vector<std::size_t> kept;
        for (std::size_t i = 0; i < n; ++i)
            if (number.data()[e * n + i] >= 0) kept.push_back(i);
        Local local(static_cast<int>(kept.size()));
        for (std::size_t i = 0; i < 2 * kept.size(); ++i) {
            const std::size_t row = 2 * kept[i / 2] + i % 2;
            local.number[i / 2] = number.data()[e * n + kept[i / 2]];
            local.load(i) = load.data()[2 * n * e + row];
            for (std::size_t j = 0; j < 2 * kept.size(); ++j)
                local.matrix(i, j) = matrix.data()[(2 * n * e + row) * 2 * n + 2 * kept[j / 2] + j % 2];
        }
        s.add(local);
    }
}

/// Starts (n + 1), functions and values at points of elements.
nb::tuple values(const Space& s, Ints element, Reals points) {
    std::vector<int> start{0}, function;
    std::vector<double> value;
    for (std::size_t i = 0; i < element.size(); ++i) {
        const Values v = values_at(basis_of(s, element.data()[i]), {points.data()[2 * i], points.data()[2 * i + 1]});
        function.insert(function.end(), v.number.begin(), v.number.begin() + v.count);
        value.insert(value.end(), v.f.begin(), v.f.begin() + v.count);
        start.push_back(static_cast<int>(function.size()));
    }
    const std::size_t n = function.size(), m = start.size();
    return nb::make_tuple(owned(std::move(start), {m}), owned(std::move(function), {n}), owned(std::move(value), {n}));
}

void add_elements(System& s, const Space& space, Ints material, Reals materials, int threads) {
    const auto list = records<Material>(materials);
    nb::gil_scoped_release release;
    s.add_elements(space, {material.data(), material.size()}, list, threads);
}

void add_ghosts(System& s, const Space& space, Ints pairs, Reals stiffness) {
    nb::gil_scoped_release release;
    for (std::size_t i = 0; i < stiffness.size(); ++i)
        s.add(ghost(space, pairs.data()[2 * i], pairs.data()[2 * i + 1], stiffness.data()[i]));
}

Segment segment(const Ints& elements, const Reals& ends, std::size_t i) {
    const double* e = ends.data() + 4 * i;
    return {elements.data()[2 * i], elements.data()[2 * i + 1], {e[0], e[1]}, {e[2], e[3]}};
}

/// One trace constant a group of elements; conditions are (element, x, y, x, y of the ends, direction) by group.
Out trace_constants(const Space& space, Ints element_start, Ints elements, Ints roots, Reals ghosts,
                    Ints condition_start, Ints condition_element, Reals ends, Reals direction, Ints material,
                    Reals materials) {
    const auto list = records<Material>(materials);
    const std::size_t groups = element_start.size() - 1;
    std::vector<double> found(groups);
    {
        nb::gil_scoped_release release;
        for (std::size_t g = 0; g < groups; ++g) {
            const int first = element_start.data()[g], count = element_start.data()[g + 1] - first;
            std::vector<Material> own;
            for (int k = 0; k < count; ++k) own.push_back(list[material.data()[elements.data()[first + k]]]);
            std::vector<Condition> conditions;
            for (int i = condition_start.data()[g]; i < condition_start.data()[g + 1]; ++i) {
                const double* e = ends.data() + 4 * i;
                conditions.push_back({{condition_element.data()[i], -1, {e[0], e[1]}, {e[2], e[3]}},
                                      {direction.data()[2 * i], direction.data()[2 * i + 1]}});
            }
            const std::size_t size = count;
            found[g] = trace_constant(space, {elements.data() + first, size}, {roots.data() + first, size},
                                      {ghosts.data() + first, size}, conditions, own);
        }
    }
    return owned(std::move(found), {groups});
}

void add_conditions(System& s, const Space& space, Ints elements, Reals ends, Reals direction, Reals stiffness,
                    Reals flux, Reals given, Ints material, Reals materials) {
    const auto list = records<Material>(materials);
    nb::gil_scoped_release release;
    for (std::size_t i = 0; i < stiffness.size(); ++i) {
        Condition c{segment(elements, ends, i),
                    {direction.data()[2 * i], direction.data()[2 * i + 1]},
                    stiffness.data()[i],
                    {flux.data()[2 * i], flux.data()[2 * i + 1]},
                    {}};
        std::copy_n(given.data() + GAUSS * i, GAUSS, c.given.begin());
        const int second = c.where.second < 0 ? c.where.first : c.where.second;
        s.add(condition(space, c, list[material.data()[c.where.first]], list[material.data()[second]]));
    }
}

void add_tractions(System& s, const Space& space, Ints elements, Reals ends, Reals given) {
    nb::gil_scoped_release release;
    for (std::size_t i = 0; i < elements.size() / 2; ++i) {
        std::array<Vec2, GAUSS> t;
        for (int g = 0; g < GAUSS; ++g)
            t[g] = {given.data()[2 * (GAUSS * i + g)], given.data()[2 * (GAUSS * i + g) + 1]};
        s.add(traction(space, segment(elements, ends, i), t));
    }
}

void add_points(System& s, const Space& space, Ints element, Reals point, Reals force, Reals stiffness, Reals given) {
    for (std::size_t i = 0; i < element.size(); ++i)
        s.add(point_spring(space, element.data()[i], {point.data()[2 * i], point.data()[2 * i + 1]},
                           {force.data()[2 * i], force.data()[2 * i + 1]}, stiffness.data()[i],
                           {given.data()[2 * i], given.data()[2 * i + 1]}));
}

nb::tuple solution(Solution s) {
    const std::size_t n = s.x.size();
    return nb::make_tuple(owned(std::move(s.x), {n}), s.iterations, s.residual, s.positive);
}

nb::tuple direct(const System& s) {
    Solution found;
    {
        nb::gil_scoped_release release;
        found = solve_direct(s.matrix, s.load);
    }
    return solution(std::move(found));
}

nb::tuple cg(const System& s, const Space& space, double tolerance, int most) {
    Solution found;
    {
        nb::gil_scoped_release release;
        found = solve_cg(s.matrix, space, s.load, tolerance, most);
    }
    return solution(std::move(found));
}

/// density: one an element [kg/m3]; motion: one an element, (vx, vy, spin, x, y of the centre).
void add_inertia(System& s, const Space& space, Reals density, Reals motion) {
    const auto list = records<RigidMotion>(motion);
    nb::gil_scoped_release release;
    for (int e = 0; e < space.elements(); ++e) s.add(inertia(space, e, density.data()[e], list[e]));
}

Out times(const System& s, Reals x) {
    std::vector<double> y(x.size());
    {
        nb::gil_scoped_release release;
        s.matrix.multiply({x.data(), x.size()}, y);
    }
    return owned(std::move(y), {x.size()});
}

void add_scaled(System& s, double factor, const System& other) {
    s.matrix.add_scaled(factor, other.matrix);
}

/// this += factor R other R^T, R the turn of each function by its angle [rad].
void add_turned(System& s, double factor, const System& other, Reals angle) {
    s.matrix.add_turned(factor, other.matrix, {angle.data(), angle.size()});
}

void add_load(System& s, Reals load) {
    for (std::size_t i = 0; i < s.load.size(); ++i) s.load[i] += load.data()[i];
}

void make_factor(Factor* self, const System& s) {
    nb::gil_scoped_release release;
    new (self) Factor(s.matrix);
}

nb::tuple factor_solve(const Factor& f, const System& s, Reals b) {
    Solution found;
    {
        nb::gil_scoped_release release;
        found = f.solve(s.matrix, {b.data(), b.size()});
    }
    return solution(std::move(found));
}

template <class T>
std::vector<T> copy(std::span<const T> s) {
    return {s.begin(), s.end()};
}

/// row starts, columns, 2 x 2 blocks
nb::tuple blocks(const System& s) {
    const auto& m = s.matrix;
    return nb::make_tuple(owned(copy(m.start()), {m.start().size()}), owned(copy(m.column()), {m.column().size()}),
                          owned(copy(m.values()), {m.column().size(), 2, 2}));
}

Out load(const System& s) {
    return owned(s.load, {s.load.size()});
}

/// D (9) and D_zz (3) [Pa] of dda's linear elasticity, and its P-wave and shear moduli.
Out elasticity(double density, double young, double poisson, bool plane_strain) {
    const dda::Elasticity e = dda::make_elasticity(density, young, poisson, plane_strain);
    std::vector<double> all(e.D.begin(), e.D.end());
    all.insert(all.end(), e.D_zz.begin(), e.D_zz.end());
    all.insert(all.end(), {e.p_wave_modulus, e.shear_modulus});
    return owned(std::move(all), {14});
}

void make_system(System* self, const Space& space, Ints start, Ints covers) {
    new (self) System(space, {start.data(), start.size()}, {covers.data(), covers.size()});
}

}  // namespace

NB_MODULE(_core, m) {
    nb::class_<Space>(m, "Space")
        .def(nb::init<>())
        .def("set_elements", &set_elements)
        .def("set_cells", &set_cells)
        .def("set_covers", &set_covers)
        .def("set_numbers", &set_numbers)
        .def("areas", &areas)
        .def("centroids", &centroids)
        .def("trace_constants", &trace_constants)
        .def("values", &values)
        .def("evaluate", &evaluate)
        .def("functions", &functions);
    nb::class_<System>(m, "System")
        .def("__init__", &make_system)
        .def("clear", &System::clear)
        .def("add_elements", &add_elements)
        .def("add_ghosts", &add_ghosts)
        .def("add_conditions", &add_conditions)
        .def("add_tractions", &add_tractions)
        .def("add_points", &add_points)
        .def("add_inertia", &add_inertia)
        .def("add_scaled", &add_scaled)
        .def("add_turned", &add_turned)
        .def("add_load", &add_load)
        .def("times", &times)
        .def("add_matrices", &add_matrices)
        .def("direct", &direct)
        .def("cg", &cg)
        .def("copy", [](const System& s) { return System(s); })
        .def("blocks", &blocks)
        .def("load", &load);
    nb::class_<Factor>(m, "Factor")
        .def("__init__", &make_factor)
        .def_prop_ro("positive", &Factor::positive)
        .def("solve", &factor_solve);
    bind_points(m);
    bind_large(m);
    m.def("elasticity", &elasticity);
    bind_contact(m);
    m.attr("GAUSS") = GAUSS;
}
