// Stress vectors on edges, in a fixed direction: a dead load, per length of the edge in the reference geometry.
#pragma once

#include "load.hpp"

namespace dda {

class Tractions final : public ForceLoad {
  public:
    Tractions(const ModelData& model, const Blocks& blocks);
    void add(const LoadContext& context, std::span<Vec6> force) const override;

  private:
    struct Member {
        int block = 0, vertex = 0;  ///< the edge starts at this vertex
        Vec2 force;                 ///< traction times reference length [N/m]
        Table history;
    };
    std::vector<Member> members_;
};

}  // namespace dda
