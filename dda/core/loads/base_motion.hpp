// Shaking of the ground, seen from the ground: every moving block feels the body force -m a(t).
#pragma once

#include "load.hpp"

namespace dda {

class BaseMotion final : public ForceLoad {
  public:
    explicit BaseMotion(const ModelData& model) : acceleration_(model.base_acceleration) {}
    void add(const LoadContext& context, std::span<Vec6> force) const override;

  private:
    Table acceleration_;  ///< ax, ay [m/s2]
};

}  // namespace dda
