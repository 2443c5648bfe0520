// Points on springs to a place that moves by a history: two springs k, along x and along y.
//   q = x(point) - anchor - s(t),  anchor: where the point was when the spring was installed
#pragma once

#include "load.hpp"
#include "material_point.hpp"

namespace dda {

class HeldPoints final : public SpringLoad {
  public:
    HeldPoints(const ModelData& model, const Blocks& blocks);
    void add_rows(const LoadContext& context, std::vector<Row>& rows) const override;
    void commit(const LoadContext& context, std::span<const Vec6> d, LoadEnergy& energy) override;
    std::vector<double> save() const override;
    RecordLayout layout() const override { return {.size = 5, .blocks = {0}}; }
    void load(std::span<const double> records) override;

  private:
    struct Member {
        MaterialPoint point;
        Vec2 anchor;             ///< m
        double stiffness = 0.0;  ///< N/m
        Table history;           ///< ux, uy [m]

        Vec2 support(double t) const {
            return history.empty() ? anchor : anchor + Vec2{history.at(t, 0), history.at(t, 1)};
        }
    };
    std::vector<Member> members_;
};

}  // namespace dda
