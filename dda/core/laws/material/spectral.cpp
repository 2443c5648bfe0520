#include "spectral.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <numbers>

namespace dda::laws {
namespace {

constexpr double ROOT2 = std::numbers::sqrt2;

// (a (x) b + b (x) a) / 2
Mandel dyad(const Vec3& a, const Vec3& b) {
    return {a[0] * b[0],
            a[1] * b[1],
            a[2] * b[2],
            (a[1] * b[2] + a[2] * b[1]) / ROOT2,
            (a[0] * b[2] + a[2] * b[0]) / ROOT2,
            (a[0] * b[1] + a[1] * b[0]) / ROOT2};
}

void sort(Spectrum& s) {
    const auto order = [&s](int i, int j) {
        if (s.value[i] >= s.value[j]) return;
        std::swap(s.value[i], s.value[j]);
        s.direction.col(i).swap(s.direction.col(j));
    };
    order(0, 1), order(1, 2), order(0, 1);
}

// The z-axis is principal: a rotation about it by half of the angle of (xx - yy, 2 xy).
Spectrum in_plane(const Mandel& t) {
    const double xy = t[5] / ROOT2, half = (t[0] - t[1]) / 2.0, centre = (t[0] + t[1]) / 2.0;
    const double radius = std::hypot(half, xy), angle = std::atan2(xy, half) / 2.0;
    const double c = std::cos(angle), s = std::sin(angle);
    Spectrum found;
    found.value << centre + radius, centre - radius, t[2];
    found.direction << c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0;
    return found;
}

}  // namespace

Spectrum spectrum(const Mandel& t) {
    Spectrum found;
    if (t[3] == 0.0 && t[4] == 0.0) {
        found = in_plane(t);
    } else {
        Mat3 a;
        a << t[0], t[5] / ROOT2, t[4] / ROOT2, t[5] / ROOT2, t[1], t[3] / ROOT2, t[4] / ROOT2, t[3] / ROOT2, t[2];
        const Eigen::SelfAdjointEigenSolver<Mat3> solver(a);
        found = {solver.eigenvalues(), solver.eigenvectors()};
    }
    sort(found);
    return found;
}

Mandel assemble(const Vec3& value, const Mat3& direction) {
    Mandel sum{};
    for (int i = 0; i < 3; ++i) {
        const Mandel m = dyad(direction.col(i), direction.col(i));
        for (int k = 0; k < MANDEL; ++k) sum[k] += value[i] * m[k];
    }
    return sum;
}

void assemble_tangent(const Mat3& T, const Vec3& shear, const Mat3& direction, double* tangent) {
    Eigen::Matrix<double, MANDEL, MANDEL> M;  // columns m_0, m_1, m_2, m_01, m_12, m_02
    const int pairs[3][2] = {{0, 1}, {1, 2}, {0, 2}};
    for (int i = 0; i < 3; ++i) {
        const Mandel m = dyad(direction.col(i), direction.col(i));
        const Mandel q = dyad(direction.col(pairs[i][0]), direction.col(pairs[i][1]));
        for (int k = 0; k < MANDEL; ++k) M(k, i) = m[k], M(k, 3 + i) = ROOT2 * q[k];
    }
    Eigen::Map<Eigen::Matrix<double, MANDEL, MANDEL, Eigen::RowMajor>> C(tangent);
    C.noalias() = M.leftCols<3>() * T * M.leftCols<3>().transpose();
    for (int i = 0; i < 3; ++i) C.noalias() += shear[i] * M.col(3 + i) * M.col(3 + i).transpose();
}

}  // namespace dda::laws
