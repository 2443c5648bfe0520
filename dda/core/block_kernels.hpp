// Products of 6x6 blocks, written for vector registers of four and two lanes. Blocks here are column-major:
// element (r, c) at 6 c + r. A row-major block read so is its transpose.
// Everything is inlined into its caller, which DDA_CLONES compiles once for each instruction set.
#pragma once

#include <cstring>

#include "types.hpp"

#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__)
#define DDA_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DDA_CLONES
#endif
#define DDA_INLINE inline __attribute__((always_inline))

namespace dda::kernels {

using Four = double __attribute__((vector_size(32)));
using Two = double __attribute__((vector_size(16)));

/// Six numbers: a column of a block, or the unknowns of one block.
struct Six {
    Four lo;
    Two hi;
};

DDA_INLINE Six zero() {
    return {Four{0.0, 0.0, 0.0, 0.0}, Two{0.0, 0.0}};
}

DDA_INLINE void load(Six& v, const double* a) {
    std::memcpy(&v.lo, a, sizeof v.lo);
    std::memcpy(&v.hi, a + 4, sizeof v.hi);
}
DDA_INLINE void store(double* a, const Six& v) {
    std::memcpy(a, &v.lo, sizeof v.lo);
    std::memcpy(a + 4, &v.hi, sizeof v.hi);
}

/// y += a x
DDA_INLINE void axpy(Six& y, double a, const Six& x) {
    y.lo += x.lo * a;
    y.hi += x.hi * a;
}

/// y += M x, as two chains (even and odd columns) that the processor can run side by side.
DDA_INLINE void add_product(Six& y, const double* m, const double* x) {
    Six column, odd = zero();
    for (int c = 0; c < 6; c += 2) {
        load(column, m + 6 * c);
        axpy(y, x[c], column);
        load(column, m + 6 * c + 6);
        axpy(odd, x[c + 1], column);
    }
    y.lo += odd.lo;
    y.hi += odd.hi;
}

/// Partial sums of M^T x: the lanes of sums[c] add up to component c.
struct TransposedSums {
    Six s[6];
};
DDA_INLINE void clear(TransposedSums& sums) {
    for (Six& s : sums.s) s = zero();
}
DDA_INLINE void add_transposed_product(TransposedSums& sums, const double* m, const Six& x) {
    Six column;
    for (int c = 0; c < 6; ++c) {
        load(column, m + 6 * c);
        sums.s[c].lo += column.lo * x.lo;
        sums.s[c].hi += column.hi * x.hi;
    }
}
/// y += M x and the sums of M^T z, in one reading of M.
DDA_INLINE void add_both_products(Six& y, const double* x, TransposedSums& sums, const Six& z, const double* m) {
    Six column, odd = zero();
    for (int c = 0; c < 6; ++c) {
        load(column, m + 6 * c);
        axpy(c % 2 == 0 ? y : odd, x[c], column);
        sums.s[c].lo += column.lo * z.lo;
        sums.s[c].hi += column.hi * z.hi;
    }
    y.lo += odd.lo;
    y.hi += odd.hi;
}
/// y = the sums, added up.
DDA_INLINE void add_up(Six& y, const TransposedSums& sums) {
    Two pair[6];
    for (int c = 0; c < 6; ++c) {
        const Four& lo = sums.s[c].lo;
        pair[c] = (Two{lo[0], lo[1]} + Two{lo[2], lo[3]}) + sums.s[c].hi;
    }
    const Two a = Two{pair[0][0], pair[1][0]} + Two{pair[0][1], pair[1][1]};
    const Two b = Two{pair[2][0], pair[3][0]} + Two{pair[2][1], pair[3][1]};
    const Two c = Two{pair[4][0], pair[5][0]} + Two{pair[4][1], pair[5][1]};
    y.lo = Four{a[0], a[1], b[0], b[1]};
    y.hi = c;
}

/// T = A B^T with `assign`, else T -= A B^T.
template <bool assign>
DDA_INLINE void outer_product(double* t, const double* a, const double* b) {
    Six columns[6];
    for (int c = 0; c < 6; ++c) load(columns[c], a + 6 * c);
    for (int q = 0; q < 6; ++q) {
        Six even = zero(), odd = zero();
        for (int c = 0; c < 6; c += 2) {
            axpy(even, b[6 * c + q], columns[c]);
            axpy(odd, b[6 * c + 6 + q], columns[c + 1]);
        }
        even.lo += odd.lo;
        even.hi += odd.hi;
        if constexpr (!assign) {
            Six old;
            load(old, t + 6 * q);
            even.lo = old.lo - even.lo;
            even.hi = old.hi - even.hi;
        }
        store(t + 6 * q, even);
    }
}

/// The inverse of the Cholesky factor C of D = C C^T (lower, column-major, zeros above). False when D is not positive
/// definite: a pivot falls to `smallest` of its diagonal element or below.
DDA_INLINE bool inverse_cholesky(const double* d, double smallest, double* inverse) {
    double c[36];
    for (int j = 0; j < 6; ++j) {
        double pivot = d[6 * j + j];
        for (int k = 0; k < j; ++k) pivot -= c[6 * k + j] * c[6 * k + j];
        if (!(pivot > smallest * d[6 * j + j]) || !(pivot <= 1e300)) return false;
        const double root = 1.0 / std::sqrt(pivot);
        c[6 * j + j] = root;  // the inverse of the diagonal element
        for (int i = j + 1; i < 6; ++i) {
            double v = d[6 * j + i];
            for (int k = 0; k < j; ++k) v -= c[6 * k + i] * c[6 * k + j];
            c[6 * j + i] = v * root;
        }
    }
    for (int j = 0; j < 6; ++j) {
        for (int i = 0; i < j; ++i) inverse[6 * j + i] = 0.0;
        inverse[6 * j + j] = c[6 * j + j];
        for (int i = j + 1; i < 6; ++i) {
            double v = 0.0;
            for (int k = j; k < i; ++k) v -= c[6 * k + i] * inverse[6 * j + k];
            inverse[6 * j + i] = v * c[6 * i + i];
        }
    }
    return true;
}

}  // namespace dda::kernels
