// A point that moves with its block, given in the reference (initial) geometry.
#pragma once

#include <span>

#include "../blocks.hpp"
#include "../loads.hpp"

namespace dda {

struct MaterialPoint {
    int block = 0;
    Vec2 X;  ///< relative to the block's initial centroid [m]

    /// Where it is now [m].
    Vec2 place(const Blocks& b) const { return b.place(block, X); }
    int slot(const Blocks& b) const { return b.slot[block]; }
    /// n . u(point) = row . d; zeros for a fixed block.
    Vec6 row(const Blocks& b, Vec2 n) const { return b.slot[block] < 0 ? Vec6{} : shape_row(b, block, place(b), n); }
    /// Where it is after the step with increments d, exact rotation [m].
    Vec2 place_after(const Blocks& before, std::span<const Vec6> d, const Loads& loads, const StepTime& step) const {
        const int s = slot(before);
        if (s < 0) return place(before) + loads.motion(block, step);
        return step_map(before.centre[block], d[s])(place(before));
    }
};

/// `blocks` tells the initial centroid: every vertex keeps its reference position relative to it.
inline MaterialPoint material_point(const ModelData& model, const Blocks& blocks, int block, Vec2 reference) {
    const Vec2 centroid = model.blocks[block].vertices.front() - blocks.reference[blocks.first[block]];
    return {block, reference - centroid};
}

}  // namespace dda
