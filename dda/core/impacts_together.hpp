// The impacts of a step on all ranks: resolved on the first one, in the order of the whole model, so that the speeds
// are those of a run on one rank. It is called only when some contact is not quiet.
#pragma once

#include <span>
#include <vector>

#include "blocks.hpp"
#include "impact.hpp"
#include "share.hpp"

namespace dda {

/// What one rank knows of an impact; the speeds are changed.
struct LocalImpacts {
    std::span<const ContactRow> rows;
    std::span<const std::array<double, 2>> support;
    std::vector<Vec6>& velocity;
    std::span<const Mat6> mass;
    const Share& share;
    const Blocks& blocks;
    std::span<const Contact> contacts;
};

/// All ranks call it. Only the report of the first rank tells of external work.
ImpactReport gather_impacts(const LocalImpacts& here, ImpactSolver& solver, const Scheme& scheme, double dt,
                            double speed_scale);

}  // namespace dda
