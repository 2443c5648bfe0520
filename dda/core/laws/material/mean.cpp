#include "mean.hpp"

#include <algorithm>
#include <vector>

#include "path.hpp"

namespace dda::laws {

namespace {

// Points at a time: their tangents, 18 kB, stay in the fastest cache.
constexpr std::size_t CHUNK = 64;

}  // namespace

void mean_over_step(const MaterialLaw& law, const MaterialPoints& in, const MaterialAnswer& out) {
    constexpr std::size_t SQUARE = MANDEL * MANDEL;
    std::vector<double> strain(CHUNK * MANDEL), stress(CHUNK * MANDEL), tangent(CHUNK * SQUARE);
    std::fill(out.stress.begin(), out.stress.end(), 0.0);
    std::fill(out.tangent.begin(), out.tangent.end(), 0.0);
    const std::size_t points = in.strain.size() / MANDEL;
    for (std::size_t first = 0; first < points; first += CHUNK) {
        const std::size_t here = std::min(CHUNK, points - first);
        const double *a = &in.strain_old[MANDEL * first], *b = &in.strain[MANDEL * first];
        for (std::size_t g = 0; g < STEP.at.size(); ++g) {
            const double x = STEP.at[g], w = STEP.weight[g];
            for (std::size_t k = 0; k < MANDEL * here; ++k) strain[k] = a[k] + x * (b[k] - a[k]);
            const std::span<double> at(strain.data(), MANDEL * here);
            law.evaluate({at, at, {}, in.dt}, {{stress.data(), at.size()}, {tangent.data(), SQUARE * here}, {}});
            for (std::size_t k = 0; k < MANDEL * here; ++k) out.stress[MANDEL * first + k] += w * stress[k];
            for (std::size_t k = 0; k < SQUARE * here; ++k) out.tangent[SQUARE * first + k] += w * x * tangent[k];
        }
    }
}

}  // namespace dda::laws
