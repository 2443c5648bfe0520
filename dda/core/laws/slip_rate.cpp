// Slip weakening with rate strengthening: phi(s) = phi_r + (phi_p - phi_r) exp(-s / d), in degrees and metres, and
//   mu(s, V) = tan(phi(s)) + tan(phi_v) V / (V + V_c),
// the weakening of the joint over its slip and a resistance that grows with the speed up to tan(phi_v): what slides a
// little over its limit creeps at the speed at which both balance, V = V_c delta / (tan(phi_v) - delta) for a lack of
// strength delta = tan(required) - tan(phi(s)), and runs away where tan(phi_v) < delta.
//   d mu / d s = -(1 + tan(phi)^2) (phi_p - phi_r) / d exp(-s / d),    d mu / d V = tan(phi_v) V_c / (V + V_c)^2
#include "../joint_law.hpp"
#include "angle.hpp"

namespace dda::laws {

namespace {

class SlipRate final : public JointLaw {
  public:
    explicit SlipRate(const LawParameters& p)
        : peak_(p.at("peak")[0]),
          residual_(p.at("residual")[0]),
          distance_(p.at("distance")[0]),
          rate_(coefficient(p.at("rate")[0])),
          velocity_(p.at("velocity")[0]) {}

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double excess = (peak_ - residual_) * std::exp(-points[i].slip / distance_);
            const double mu = coefficient(residual_ + excess);
            const double w = velocity_ / (points[i].speed + velocity_);
            out[i] = {.mu = mu + rate_ * (1.0 - w),
                      .dmu_dslip = -coefficient_slope(mu) * excess / distance_,
                      .dmu_dspeed = rate_ * w * w / velocity_,
                      .state = points[i].state};
        }
    }

  private:
    double peak_, residual_, distance_, rate_, velocity_;
};

}  // namespace

LawInfo slip_rate() {
    return {"slip-rate",
            "mu = tan(residual + (peak - residual) exp(-slip / distance)) + tan(rate) speed / (speed + velocity)",
            {{"peak", "deg", "friction angle before any slip"},
             {"residual", "deg", "friction angle after large slip"},
             {"distance", "m", "slip over which the excess over residual falls to 1/e"},
             {"rate", "deg", "angle whose tangent is added at high speed"},
             {"velocity", "m/s", "sliding speed at which half of that is added"}},
            [](const LawParameters& p) -> std::unique_ptr<JointLaw> { return std::make_unique<SlipRate>(p); }};
}

}  // namespace dda::laws
