#include "system.hpp"

#include <algorithm>
#include <optional>

namespace nmm {
namespace {

// Elements computed at a time [-]: enough for all threads, little enough to stay in the cache.
constexpr int BATCH = 256;

}  // namespace

void System::clear() {
    matrix.clear();
    std::fill(load.begin(), load.end(), 0.0);
}

void System::add_elements(const Space& space, std::span<const int> material, std::span<const Material> materials,
                          int threads) {
    std::vector<std::optional<Local>> batch(BATCH);
    for (int first = 0; first < space.elements(); first += BATCH) {
        const int count = std::min(BATCH, space.elements() - first);
#pragma omp parallel for num_threads(threads) schedule(static)
        for (int i = 0; i < count; ++i)
            if (const int m = material[first + i]; m >= 0) batch[i] = elastic(space, first + i, materials[m]);
        for (int i = 0; i < count; ++i)
            if (material[first + i] >= 0) add(*batch[i]);
    }
}

Local point_spring(const Space& space, int element, Vec2 point, Vec2 force, double stiffness, Vec2 given) {
    const Values v = values_at(basis_of(space, element), point);
    Local local(v.count);
    for (int i = 0; i < v.count; ++i) {
        local.number[i] = v.number[i];
        local.load(2 * i) = v.f[i] * (force.x + stiffness * given.x);
        local.load(2 * i + 1) = v.f[i] * (force.y + stiffness * given.y);
        for (int j = 0; j < v.count; ++j)
            local.matrix(2 * i, 2 * j) = local.matrix(2 * i + 1, 2 * j + 1) = stiffness * v.f[i] * v.f[j];
    }
    return local;
}

}  // namespace nmm
