// Eight points side by side: elementary functions on vectors of eight numbers, to the last digit or two.
// Everything is inlined into its caller, which DDA_CLONES compiles once for each instruction set.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "../../block_kernels.hpp"

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"  // vectors are never passed between translation units
#endif

namespace dda::laws {

inline constexpr int LANES = 8;

// The compiler aligns a vector by the instruction set it is compiled for; all clones must see one layout.
using Lanes = double __attribute__((vector_size(8 * LANES), aligned(8 * LANES)));
using LaneBits = std::int64_t __attribute__((vector_size(8 * LANES), aligned(8 * LANES)));

DDA_INLINE Lanes all(double x) {
    return Lanes{} + x;
}

DDA_INLINE Lanes root(const Lanes& x) {
    Lanes r;
    for (int l = 0; l < LANES; ++l) r[l] = std::sqrt(x[l]);
    return r;
}

/// exp(x) for -708 <= x <= 0: x = n ln2 + r, |r| <= ln2 / 2, exp r by its series to r^13 (next term 4e-18).
DDA_INLINE Lanes exp_negative(const Lanes& x) {
    constexpr double MAGIC = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to a whole number in the low bits
    constexpr double LOG2E = 1.4426950408889634, LN2_HI = 6.93147180369123816490e-01,
                     LN2_LO = 1.90821492927058770002e-10;
    const Lanes shifted = x * LOG2E + MAGIC;
    const Lanes n = shifted - MAGIC;
    const Lanes r = (x - n * LN2_HI) - n * LN2_LO;
    constexpr double INVERSE_FACTORIAL[] = {1.0 / 6227020800.0,
                                            1.0 / 479001600.0,
                                            1.0 / 39916800.0,
                                            1.0 / 3628800.0,
                                            1.0 / 362880.0,
                                            1.0 / 40320.0,
                                            1.0 / 5040.0,
                                            1.0 / 720.0,
                                            1.0 / 120.0,
                                            1.0 / 24.0,
                                            1.0 / 6.0,
                                            0.5,
                                            1.0,
                                            1.0};
    Lanes p = all(INVERSE_FACTORIAL[0]);
    for (int k = 1; k < 14; ++k) p = p * r + INVERSE_FACTORIAL[k];
    const double magic = MAGIC;
    std::int64_t magic_bits;
    std::memcpy(&magic_bits, &magic, sizeof magic);
    const LaneBits power = ((LaneBits)shifted - magic_bits + 1023) << 52;  // the bits of 2^n
    return p * (Lanes)power;
}

/// ln(1 + t) for 0 <= t <= 1: 2 artanh(s), s = t / (2 + t) <= 1/3, by its series to s^35 (next term 2e-18).
DDA_INLINE Lanes log1p_unit(const Lanes& t) {
    const Lanes s = t / (t + 2.0), q = s * s;
    Lanes p = all(1.0 / 35.0);
    for (int k = 33; k > 0; k -= 2) p = p * q + 1.0 / k;
    return 2.0 * s * p;
}

}  // namespace dda::laws
