// The equations K d = f of the whole body.
#pragma once

#include <span>
#include <vector>

#include "segment.hpp"
#include "sparse.hpp"

namespace nmm {

struct System {
    Sparse matrix;             ///< K [Pa]
    std::vector<double> load;  ///< f [N/m]

    System(const Space& space, std::span<const int> start, std::span<const int> covers)
        : matrix(space, start, covers), load(2 * space.functions, 0.0) {}

    void clear();
    void add(const Local& local) { matrix.add(local, load); }
    /// Elasticity, body force and initial stress of all elements; computed side by side, added in their order: the same
    /// bits for any number of threads. material: one an element, -1 leaves it out.
    void add_elements(const Space& space, std::span<const int> material, std::span<const Material> materials,
                      int threads);
};

/// A force on a point, and a spring [N/m] from it to where it was, displaced by `given` [m].
Local point_spring(const Space& space, int element, Vec2 point, Vec2 force, double stiffness, Vec2 given);

}  // namespace nmm
