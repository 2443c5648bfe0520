// Absorbing edges (Lysmer & Kuhlemeyer 1969): per length, the traction -rho c_p v_n n - rho c_s v_t t on an edge takes
// up plane waves that arrive along its normal; rho c_p = sqrt(rho M), rho c_s = sqrt(rho G), M the P-wave modulus.
#pragma once

#include "load.hpp"

namespace dda {

class ViscousEdges final : public SpringLoad {
  public:
    ViscousEdges(const ModelData& model, const Blocks& blocks);
    void add_rows(const LoadContext& context, std::vector<Row>& rows) const override;
    void commit(const LoadContext& context, std::span<const Vec6> d, LoadEnergy& energy) override;
    std::vector<double> save() const override { return {}; }
    RecordLayout layout() const override { return {}; }
    void load(std::span<const double>) override {}

  private:
    struct Dashpot {
        int slot = -1;
        Vec6 r{};
        double c = 0.0;   ///< N s/m
        double v0 = 0.0;  ///< elongation rate at the start of the step [m/s]
    };
    std::vector<Dashpot> dashpots(const Blocks& blocks) const;
    struct Member {
        int block = 0, vertex = 0;
    };
    std::vector<Member> members_;
};

}  // namespace dda
