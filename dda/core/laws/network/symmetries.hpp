// Invariants of a small strain, each convex in it, with the derivatives that take the jet of the network to stress and
// tangent (harmony.laws.invariants tells why they are convex). e: scaled strain in Mandel notation, eight points.
//
//     isotropic:    tr e,   dev e : dev e,   6 tr e^2 + 4 tr e^3 + tr e^4
//     transverse:   those and n . e n, |e n|^2
//     anisotropic:  e itself
#pragma once

#include <array>

#include "jet.hpp"

namespace dda::laws {

inline constexpr double ROOT2 = 1.4142135623730951, HALF_ROOT2 = 0.7071067811865476;
inline constexpr int PAIR[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};

/// What the axis n of a transversely isotropic rock brings: n (x) n and the matrix of d -> N d + d N, N = n (x) n.
struct Axis {
    double nn[6], left_right[6][6];
    explicit Axis(const std::array<double, 3>& n);
};

/// Tensor components of a row in Mandel notation.
DDA_INLINE void unfold(const Lanes (&m)[6], Lanes (&t)[3][3]) {
    for (int k = 0; k < 6; ++k) {
        const int i = PAIR[k][0], j = PAIR[k][1];
        t[i][j] = t[j][i] = k < 3 ? m[k] : m[k] * HALF_ROOT2;
    }
}

/// e^2 in Mandel notation.
DDA_INLINE void square(const Lanes (&e)[3][3], Lanes (&m)[6]) {
    for (int k = 0; k < 6; ++k) {
        const int i = PAIR[k][0], j = PAIR[k][1];
        const Lanes s = e[i][0] * e[0][j] + e[i][1] * e[1][j] + e[i][2] * e[2][j];
        m[k] = k < 3 ? s : s * ROOT2;
    }
}

DDA_INLINE Lanes dot(const Lanes (&a)[6], const Lanes (&b)[6]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3] + a[4] * b[4] + a[5] * b[5];
}

/// T += weight * (d -> 12 d + M d + d M + 4 e d e), M = 12 e + 4 e^2: the Hessian of 6 tr e^2 + 4 tr e^3 + tr e^4.
/// Element (ij, kl): c_ij c_kl / 2 times d_ik M_jl + d_il M_jk + M_ik d_jl + M_il d_jk + 4 (e_ik e_jl + e_il e_jk),
/// with c = 1 for ij normal, sqrt2 for shear.
DDA_INLINE void add_quartic(const Lanes& weight, const Lanes (&e)[3][3], const Lanes (&M)[3][3],
                            Lanes (&T)[TRIANGLE<6>]) {
    for (int a = 0, t = 0; a < 6; ++a)
        for (int b = 0; b <= a; ++b, ++t) {
            const int i = PAIR[a][0], j = PAIR[a][1], k = PAIR[b][0], l = PAIR[b][1];
            Lanes s = 4.0 * (e[i][k] * e[j][l] + e[i][l] * e[j][k]);
            if (i == k) s += M[j][l];
            if (i == l) s += M[j][k];
            if (j == l) s += M[i][k];
            if (j == k) s += M[i][l];
            const double c = 0.5 * (a < 3 ? 1.0 : ROOT2) * (b < 3 ? 1.0 : ROOT2);
            T[t] += weight * (a == b ? c * s + 12.0 : c * s);
        }
}

/// G: gradients of the invariants; second(n, T): adds sum_i N_i d2 x_i / d e2.
struct Isotropic3 {
    static constexpr int COUNT = 3;
    static constexpr std::array<bool, COUNT> AFFINE{true, false, false};
    Lanes e[3][3], M[3][3];

    DDA_INLINE void first(const Axis&, const Lanes (&m)[6], Lanes (&x)[COUNT], Lanes (&G)[COUNT][6]) {
        common(m, x, G);
    }
    DDA_INLINE void second(const Axis&, const Lanes (&n)[COUNT], Lanes (&T)[TRIANGLE<6>]) const { curvature(n, T); }

    template <int K>
    DDA_INLINE void common(const Lanes (&m)[6], Lanes (&x)[K], Lanes (&G)[K][6]) {
        Lanes m2[6], mixed[6];
        unfold(m, e);
        square(e, m2);
        Lanes e2[3][3];
        unfold(m2, e2);
        const Lanes trace = m[0] + m[1] + m[2], third = trace / 3.0, norm = dot(m, m);
        x[0] = trace;
        x[1] = norm - trace * third;
        x[2] = 6.0 * norm + 4.0 * dot(m, m2) + dot(m2, m2);
        for (int k = 0; k < 6; ++k) mixed[k] = 12.0 * m[k] + 4.0 * m2[k];
        unfold(mixed, M);
        for (int k = 0; k < 6; ++k) {
            const int i = PAIR[k][0], j = PAIR[k][1];
            const Lanes cube = e[i][0] * e2[0][j] + e[i][1] * e2[1][j] + e[i][2] * e2[2][j];
            G[0][k] = all(k < 3 ? 1.0 : 0.0);
            G[1][k] = 2.0 * (k < 3 ? m[k] - third : m[k]);
            G[2][k] = 12.0 * (m[k] + m2[k]) + (k < 3 ? 4.0 : 4.0 * ROOT2) * cube;
        }
    }
    template <int K>
    DDA_INLINE void curvature(const Lanes (&n)[K], Lanes (&T)[TRIANGLE<6>]) const {
        for (int a = 0, t = 0; a < 6; ++a)
            for (int b = 0; b <= a; ++b, ++t) {  // 2 n_1 times the projector on deviators
                const double p = (a == b ? 2.0 : 0.0) - (a < 3 && b < 3 ? 2.0 / 3.0 : 0.0);
                if (p != 0.0) T[t] += n[1] * p;
            }
        add_quartic(n[2], e, M, T);
    }
};

struct Transverse5 {
    static constexpr int COUNT = 5;
    static constexpr std::array<bool, COUNT> AFFINE{true, false, false, true, false};
    Isotropic3 isotropic;

    DDA_INLINE void first(const Axis& axis, const Lanes (&m)[6], Lanes (&x)[COUNT], Lanes (&G)[COUNT][6]) {
        isotropic.common(m, x, G);
        x[3] = x[4] = all(0.0);
        for (int k = 0; k < 6; ++k) {
            G[3][k] = all(axis.nn[k]);
            G[4][k] = all(0.0);
            for (int l = 0; l < 6; ++l) G[4][k] += axis.left_right[k][l] * m[l];
            x[3] += axis.nn[k] * m[k];
            x[4] += 0.5 * G[4][k] * m[k];  // quadratic: half of its gradient times e
        }
    }
    DDA_INLINE void second(const Axis& axis, const Lanes (&n)[COUNT], Lanes (&T)[TRIANGLE<6>]) const {
        isotropic.curvature(n, T);
        for (int a = 0, t = 0; a < 6; ++a)
            for (int b = 0; b <= a; ++b, ++t) T[t] += n[4] * axis.left_right[a][b];
    }
};

struct Anisotropic6 {
    static constexpr int COUNT = 6;
    static constexpr std::array<bool, COUNT> AFFINE{true, true, true, true, true, true};

    DDA_INLINE void first(const Axis&, const Lanes (&m)[6], Lanes (&x)[COUNT], Lanes (&G)[COUNT][6]) {
        for (int k = 0; k < 6; ++k) {
            x[k] = m[k];
            for (int l = 0; l < 6; ++l) G[k][l] = all(k == l ? 1.0 : 0.0);
        }
    }
    DDA_INLINE void second(const Axis&, const Lanes (&)[COUNT], Lanes (&)[TRIANGLE<6>]) const {}
};

}  // namespace dda::laws
