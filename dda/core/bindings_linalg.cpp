// The solvers of a step, bound for their tests: systems of 6x6 blocks come in as arrays, the solution and its report go
// out; and the law of one contact.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/tuple.h>

#include <cstring>

#include "contact_sweeps.hpp"
#include "linear_solver.hpp"

namespace nb = nanobind;
using namespace dda;

namespace {

using Blocks6 = nb::ndarray<const double, nb::shape<-1, 6, 6>, nb::c_contig, nb::device::cpu>;
using Pairs = nb::ndarray<const int, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;
using Rows6 = nb::ndarray<const double, nb::shape<-1, 6>, nb::c_contig, nb::device::cpu>;
using Solution = nb::ndarray<nb::numpy, double, nb::ndim<2>>;
using Answer = std::tuple<Solution, int, double, bool, bool>;

BlockMatrix matrix_of(const Blocks6& diagonal, const Pairs& pairs, const Blocks6& off) {
    BlockMatrix a;
    a.set_pattern(static_cast<int>(diagonal.shape(0)),
                  {reinterpret_cast<const std::array<int, 2>*>(pairs.data()), pairs.shape(0)});
    for (int i = 0; i < a.rows(); ++i)
        std::memcpy(a.diagonal(i).a.data(), diagonal.data() + 36 * i, sizeof(double[36]));
    for (size_t k = 0; k < pairs.shape(0); ++k)
        std::memcpy(a.off_diagonal(static_cast<int>(k)).a.data(), off.data() + 36 * k, sizeof(double[36]));
    return a;
}

std::span<const Vec6> view(const Rows6& rows) {
    return {reinterpret_cast<const Vec6*>(rows.data()), rows.shape(0)};
}

Answer solve(LinearSolver& solver, const Blocks6& diagonal, const Pairs& pairs, const Blocks6& off, const Rows6& rhs,
             const Rows6& x0, double tolerance, int max_iterations, int threads, bool matrix_changed) {
    const BlockMatrix a = matrix_of(diagonal, pairs, off);
    const size_t n = rhs.shape(0);
    auto* x = new Vec6[n];
    nb::capsule owner(x, [](void* p) noexcept { delete[] static_cast<Vec6*>(p); });
    std::memcpy(x, x0.data(), n * sizeof(Vec6));
    SolveReport r;
    {
        nb::gil_scoped_release release;
        r = solver.solve(a, view(rhs), {x, n}, {tolerance, max_iterations, threads}, matrix_changed);
    }
    return {Solution(x->data(), {n, 6}, owner), r.iterations, r.residual, r.direct, r.converged};
}

Answer solve_block_system(const Blocks6& diagonal, const Pairs& pairs, const Blocks6& off, const Rows6& rhs,
                          const Rows6& x0, double tolerance, int max_iterations, int threads) {
    LinearSolver solver;
    return solve(solver, diagonal, pairs, off, rhs, x0, tolerance, max_iterations, threads, true);
}

std::array<double, 2> solve_contact(std::array<double, 3> compliance, std::array<double, 2> free,
                                    std::array<double, 2> stiffness, std::array<double, 2> multipliers, double mu,
                                    bool bilateral) {
    const auto [nn, nt, tt] = compliance;
    const LocalForces f = solve_local(
        {nn, nt, tt, free[0], free[1], stiffness[0], stiffness[1], multipliers[0], multipliers[1], mu, bilateral});
    return {f.n, f.t};
}

}  // namespace

void bind_linear_algebra(nb::module_& m) {
    m.def("solve_block_system", &solve_block_system);
    m.def("solve_contact", &solve_contact);
    nb::class_<LinearSolver>(m, "LinearSolver")
        .def(nb::init<>())
        .def("solve", &solve)
        .def("forget", &LinearSolver::forget);
}
