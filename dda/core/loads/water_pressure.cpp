#include "water_pressure.hpp"

#include "free_levels.hpp"
#include "pore_pressure.hpp"
#include "water_geometry.hpp"

namespace dda {

void WaterPressure::add(const LoadContext& context, std::span<Vec6> force) const {
    if (water_.empty()) return;
    const WaterGeometry geometry(context.blocks, context.pairs, context.step);
    const double t = context.step.force_time();
    if (!water_.levels.empty()) add_free_levels(water_, geometry, t, force);
    add_pore_pressure(water_, geometry, t, force);
}

}  // namespace dda
