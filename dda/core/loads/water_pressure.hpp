// Everything that water does: free levels on exposed faces, pore pressure in joints. Fixed blocks need no force.
#pragma once

#include "load.hpp"

namespace dda {

class WaterPressure final : public ForceLoad {
  public:
    explicit WaterPressure(const ModelData& model) : water_(model.water) {}
    void add(const LoadContext& context, std::span<Vec6> force) const override;

  private:
    WaterData water_;
};

}  // namespace dda
