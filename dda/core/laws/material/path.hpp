// Gauss-Legendre on (0, 1): how stress is integrated along the straight way between two strains.
#pragma once

#include <array>
#include <cstddef>

namespace dda::laws {

template <std::size_t N>
struct Rule {
    std::array<double, N> at, weight;
};

/// Exact for stresses of degree 13 in the way: the work of long ways.
inline constexpr Rule<7> LONG_WAY{{0.025446043828620737, 0.12923440720030278, 0.2970774243113014, 0.5,
                                   0.7029225756886986, 0.8707655927996972, 0.9745539561713793},
                                  {0.06474248308443485, 0.13985269574463833, 0.19091502525255947, 0.20897959183673470,
                                   0.19091502525255947, 0.13985269574463833, 0.06474248308443485}};

/// Exact for stresses of degree 5: the mean over a step of motion.
inline constexpr Rule<3> STEP{{0.1127016653792583, 0.5, 0.8872983346207417},
                              {0.2777777777777778, 0.4444444444444444, 0.2777777777777778}};

}  // namespace dda::laws
