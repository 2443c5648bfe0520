// A force typical of each block in a step, F_i [N/m], to which the tolerances of the step are relative: the largest of
//     m g                          its weight,
//     |f|, with moments over l     its load, springs and dashpots included,
//     l |T_0|                      its initial stress,
// and, for what has none of these, of a small part of
//     l |tau|, m v^2 / l           what its stress holds, what turns its velocity round,
//     max_j F_j without weight     the largest such force on any block, that may reach this one through contacts,
//     l E                          that of a strain which is lost in rounding;
// l = size. So a body that is only loaded, light or slow, is solved as accurately as one that has a weight.
#include <algorithm>
#include <cmath>

#include "simulation.hpp"

namespace dda {
namespace {

constexpr double STRESS_PART = 1e-3;
constexpr double MOTION_PART = 1e-2;
constexpr double OTHERS_PART = 1e-3;
constexpr double STRAIN_NOISE = 1e-12;

double largest(const std::array<double, 3>& a) {
    return std::max({std::abs(a[0]), std::abs(a[1]), std::abs(a[2])});
}

double load_norm(const Vec6& f, double size) {
    double moments = 0.0;
    for (int k = 2; k < 6; ++k) moments += f[k] * f[k];
    return std::sqrt(f[0] * f[0] + f[1] * f[1] + moments / (size * size));
}

}  // namespace

void Simulation::set_scales() {
    const Blocks& b = blocks_;
    std::vector<double> spring(b.moving, 0.0);
    for (const Row& r : loads_->rows)
        for (const int s : r.slot)
            if (s >= 0) spring[s] = std::max(spring[s], std::abs(r.force));
    force_scale_.assign(b.count(), 0.0);
    double most = 0.0;
    for (int i = 0; i < b.count(); ++i) {
        const int s = b.slot[i];
        if (s < 0) continue;
        const double size = b.size[i];
        const Vec2 v{b.velocity[i][0], b.velocity[i][1]};
        force_scale_[i] =
            std::max({load_norm(loads_->force[s], size), spring[s], largest(b.initial_stress[i]) * size,
                      STRESS_PART * largest(b.internal[i]) * size, MOTION_PART * b.mass[i] * dot(v, v) / size,
                      STRAIN_NOISE * b.elasticity(i).young * size});
        most = std::max(most, force_scale_[i]);
    }
    most = largest(share_.team, most);
    double force = 0.0, mass = 0.0;
    for (int i = 0; i < b.count(); ++i) {
        if (b.slot[i] < 0) continue;
        force_scale_[i] = std::max({force_scale_[i], OTHERS_PART * most, b.mass[i] * norm(model_.gravity)});
        if (!share_.mine(i)) continue;
        force += force_scale_[i];
        mass += b.mass[i];
    }
    force = total(share_.team, force);
    mass = total(share_.team, mass);
    acceleration_scale_ = mass > 0.0 ? force / mass : 1.0;
    if (share_.team) share_scales();
}

}  // namespace dda
