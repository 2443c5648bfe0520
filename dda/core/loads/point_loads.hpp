// Forces on points: f = T(x)^T F at the present place x of the material point, F in a fixed direction.
#pragma once

#include "load.hpp"
#include "material_point.hpp"

namespace dda {

class PointLoads final : public ForceLoad {
  public:
    PointLoads(const ModelData& model, const Blocks& blocks);
    void add(const LoadContext& context, std::span<Vec6> force) const override;

  private:
    struct Member {
        MaterialPoint point;
        Vec2 force;  ///< N/m
        Table history;
    };
    std::vector<Member> members_;
};

}  // namespace dda
