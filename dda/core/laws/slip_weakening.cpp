// Slip weakening: phi(s) = phi_r + (phi_p - phi_r) exp(-s / d), in degrees and metres; mu = tan(phi).
//   d phi / d s = -(phi_p - phi_r) / d exp(-s / d)
#include "../joint_law.hpp"
#include "angle.hpp"

namespace dda::laws {

namespace {

class SlipWeakening final : public JointLaw {
  public:
    explicit SlipWeakening(const LawParameters& p)
        : peak_(p.at("peak")[0]), residual_(p.at("residual")[0]), distance_(p.at("distance")[0]) {}

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double excess = (peak_ - residual_) * std::exp(-points[i].slip / distance_);
            const double mu = coefficient(residual_ + excess);
            out[i] = {.mu = mu, .dmu_dslip = -coefficient_slope(mu) * excess / distance_, .state = points[i].state};
        }
    }

  private:
    double peak_, residual_, distance_;
};

}  // namespace

LawInfo slip_weakening() {
    return {"slip-weakening",
            "friction angle residual + (peak - residual) exp(-slip / distance)",
            {{"peak", "deg", "friction angle before any slip"},
             {"residual", "deg", "friction angle after large slip"},
             {"distance", "m", "slip over which the excess over residual falls to 1/e"}},
            [](const LawParameters& p) -> std::unique_ptr<JointLaw> { return std::make_unique<SlipWeakening>(p); }};
}

}  // namespace dda::laws
