// Small fixed-size algebra of a two-dimensional block: points, 6-vectors, 6x6 matrices.
#pragma once

#include <array>
#include <cmath>

namespace dda {

struct Vec2 {
    double x = 0.0;
    double y = 0.0;
};

inline Vec2 operator+(Vec2 a, Vec2 b) {
    return {a.x + b.x, a.y + b.y};
}
inline Vec2 operator-(Vec2 a, Vec2 b) {
    return {a.x - b.x, a.y - b.y};
}
inline Vec2 operator-(Vec2 a) {
    return {-a.x, -a.y};
}
inline Vec2 operator*(double s, Vec2 a) {
    return {s * a.x, s * a.y};
}
inline double dot(Vec2 a, Vec2 b) {
    return a.x * b.x + a.y * b.y;
}
/// z-component of a x b.
inline double cross(Vec2 a, Vec2 b) {
    return a.x * b.y - a.y * b.x;
}
inline double norm(Vec2 a) {
    return std::sqrt(dot(a, a));
}

/// A vector over the six unknowns of a block, d = (u0 [m], v0 [m], r0 [rad], ex, ey, gxy [-]).
using Vec6 = std::array<double, 6>;

inline double dot(const Vec6& a, const Vec6& b) {
    double s = 0.0;
    for (int i = 0; i < 6; ++i) s += a[i] * b[i];
    return s;
}
inline void add_scaled(Vec6& y, double s, const Vec6& x) {
    for (int i = 0; i < 6; ++i) y[i] += s * x[i];
}

/// A 6x6 matrix, row-major.
struct alignas(64) Mat6 {
    std::array<double, 36> a{};
    double& operator()(int i, int j) { return a[6 * i + j]; }
    double operator()(int i, int j) const { return a[6 * i + j]; }
};

inline Vec6 operator*(const Mat6& m, const Vec6& x) {
    Vec6 y{};
    for (int i = 0; i < 6; ++i)
        for (int j = 0; j < 6; ++j) y[i] += m(i, j) * x[j];
    return y;
}
/// Inverse of a symmetric positive definite matrix by Cholesky, A = L L^T, A^-1 = L^-T L^-1.
inline Mat6 inverse(const Mat6& A) {
    Mat6 L, result;
    for (int j = 0; j < 6; ++j) {
        double s = A(j, j);
        for (int k = 0; k < j; ++k) s -= L(j, k) * L(j, k);
        L(j, j) = std::sqrt(s);
        for (int i = j + 1; i < 6; ++i) {
            double t = A(i, j);
            for (int k = 0; k < j; ++k) t -= L(i, k) * L(j, k);
            L(i, j) = t / L(j, j);
        }
    }
    for (int j = 0; j < 6; ++j) {  // L becomes L^-1, column by column
        L(j, j) = 1.0 / L(j, j);
        for (int i = j + 1; i < 6; ++i) {
            double t = 0.0;
            for (int k = j; k < i; ++k) t -= L(i, k) * L(k, j);
            L(i, j) = t / L(i, i);
        }
    }
    for (int i = 0; i < 6; ++i)
        for (int j = 0; j < 6; ++j)
            for (int k = i > j ? i : j; k < 6; ++k) result(i, j) += L(k, i) * L(k, j);
    return result;
}

/// m += s a b^T
inline void add_outer(Mat6& m, double s, const Vec6& a, const Vec6& b) {
    for (int i = 0; i < 6; ++i)
        for (int j = 0; j < 6; ++j) m(i, j) += s * a[i] * b[j];
}

}  // namespace dda
