#include "segment.hpp"

#include <algorithm>
#include <cmath>

namespace nmm {
namespace {

// Part of the largest eigenvalue [-] below which a combination of functions has no energy: roundoff leaves 1e-16, the
// least energy of an honest one is above 1e-9.
constexpr double RANGE = 1e-12;

// Adds side (element, sign of the jump, weight of its stress) to the rows of jump and flux; returns the next row.
int add_side(const Values& v, double sign, double flux, const Material& m, Vec2 direction, Vec2 n,
             Eigen::VectorXd& jump, Eigen::VectorXd& stress, int at) {
    const auto& D = m.D;
    // a . sigma n = (a_x n_x, a_y n_y, a_x n_y + a_y n_x) . D (u_x,x, u_y,y, u_x,y + u_y,x)
    const std::array<double, 3> s{direction.x * n.x, direction.y * n.y, direction.x * n.y + direction.y * n.x};
    std::array<double, 3> c{};
    for (int k = 0; k < 3; ++k) c[k] = flux * (s[0] * D[k] + s[1] * D[3 + k] + s[2] * D[6 + k]);
    for (int i = 0; i < v.count; ++i, ++at) {
        jump(2 * at) = sign * direction.x * v.f[i];
        jump(2 * at + 1) = sign * direction.y * v.f[i];
        stress(2 * at) = c[0] * v.x[i] + c[2] * v.y[i];
        stress(2 * at + 1) = c[1] * v.y[i] + c[2] * v.x[i];
    }
    return at;
}

double initial_stress(const Material& m, Vec2 a, Vec2 n) {
    const auto& t = m.initial;
    return a.x * (t[0] * n.x + t[2] * n.y) + a.y * (t[2] * n.x + t[1] * n.y);
}

}  // namespace

Local condition(const Space& space, const Condition& c, const Material& first, const Material& second) {
    const Basis one = basis_of(space, c.where.first);
    const Basis two = c.where.second < 0 ? Basis{} : basis_of(space, c.where.second);
    Local local(one.count + two.count);
    std::copy_n(one.number.begin(), one.count, local.number.begin());
    std::copy_n(two.number.begin(), two.count, local.number.begin() + one.count);

    const Vec2 along = c.where.b - c.where.a;
    const double length = dda::norm(along);
    const Vec2 n{along.y / length, -along.x / length};
    const double before = c.flux[0] * initial_stress(first, c.direction, n) +
                          (c.where.second < 0 ? 0.0 : c.flux[1] * initial_stress(second, c.direction, n));
    Eigen::VectorXd jump(2 * local.count()), stress(2 * local.count());
    for (int g = 0; g < GAUSS; ++g) {
        const Vec2 x = c.where.a + GAUSS_POINT[g] * along;
        const int next = add_side(values_at(one, x), 1.0, c.flux[0], first, c.direction, n, jump, stress, 0);
        if (c.where.second >= 0)
            add_side(values_at(two, x), -1.0, c.flux[1], second, c.direction, n, jump, stress, next);
        const double ds = GAUSS_WEIGHT[g] * length;
        local.matrix +=
            ds * (c.stiffness * jump * jump.transpose() - stress * jump.transpose() - jump * stress.transpose());
        local.load += ds * (c.given[g] * (c.stiffness * jump - stress) + before * jump);
    }
    return local;
}

double trace_constant(const Space& space, std::span<const int> elements, std::span<const int> roots,
                      std::span<const double> ghosts, std::span<const Condition> conditions,
                      std::span<const Material> materials) {
    std::vector<Local> energies;
    for (std::size_t k = 0; k < elements.size(); ++k) {
        energies.push_back(elastic(space, elements[k], materials[k]));
        if (roots[k] != elements[k]) energies.push_back(ghost(space, elements[k], roots[k], ghosts[k]));
    }
    std::vector<int> numbers;
    for (const Local& l : energies) numbers.insert(numbers.end(), l.number.begin(), l.number.end());
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    const auto row = [&](int number) {
        return 2 * static_cast<int>(std::lower_bound(numbers.begin(), numbers.end(), number) - numbers.begin());
    };
    const auto n = static_cast<Eigen::Index>(2 * numbers.size());
    Eigen::MatrixXd B = Eigen::MatrixXd::Zero(n, n), A = B;
    for (const Local& l : energies)
        for (int i = 0; i < l.count(); ++i)
            for (int j = 0; j < l.count(); ++j)
                B.block<2, 2>(row(l.number[i]), row(l.number[j])) += l.matrix.block<2, 2>(2 * i, 2 * j);
    for (const Condition& c : conditions) {
        const auto at = std::find(elements.begin(), elements.end(), c.where.first) - elements.begin();
        const Basis basis = basis_of(space, c.where.first);
        const Vec2 along = c.where.b - c.where.a;
        const double length = dda::norm(along);
        const Vec2 normal{along.y / length, -along.x / length};
        Eigen::VectorXd jump(2 * basis.count), stress(2 * basis.count);
        for (int g = 0; g < GAUSS; ++g) {
            add_side(values_at(basis, c.where.a + GAUSS_POINT[g] * along), 1.0, 1.0, materials[at], c.direction, normal,
                     jump, stress, 0);
            Eigen::VectorXd t = Eigen::VectorXd::Zero(n);
            for (int i = 0; i < basis.count; ++i) t.segment<2>(row(basis.number[i])) += stress.segment<2>(2 * i);
            A += GAUSS_WEIGHT[g] * length * t * t.transpose();
        }
    }
    // Largest eigenvalue of A against B on the range of B; rigid motions, without stress, are its kernel.
    const double floor = RANGE * B.diagonal().maxCoeff();
    const Eigen::VectorXd scale =
        B.diagonal().unaryExpr([floor](double b) { return b > floor ? 1.0 / std::sqrt(b) : 0.0; });
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> energy(scale.asDiagonal() * B * scale.asDiagonal());
    const Eigen::VectorXd& value = energy.eigenvalues();
    Eigen::MatrixXd half = scale.asDiagonal() * energy.eigenvectors();
    for (Eigen::Index k = 0; k < n; ++k)
        half.col(k) *= value(k) > RANGE * value(n - 1) ? 1.0 / std::sqrt(value(k)) : 0.0;
    const Eigen::MatrixXd C = half.transpose() * A * half;
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(C, Eigen::EigenvaluesOnly).eigenvalues()(n - 1);
}

Local traction(const Space& space, const Segment& where, const std::array<Vec2, GAUSS>& t) {
    const Basis basis = basis_of(space, where.first);
    Local local(basis.count);
    std::copy_n(basis.number.begin(), basis.count, local.number.begin());
    const Vec2 along = where.b - where.a;
    for (int g = 0; g < GAUSS; ++g) {
        const Values v = values_at(basis, where.a + GAUSS_POINT[g] * along);
        const double ds = GAUSS_WEIGHT[g] * dda::norm(along);
        for (int i = 0; i < v.count; ++i) {
            local.load(2 * i) += ds * t[g].x * v.f[i];
            local.load(2 * i + 1) += ds * t[g].y * v.f[i];
        }
    }
    return local;
}

}  // namespace nmm
