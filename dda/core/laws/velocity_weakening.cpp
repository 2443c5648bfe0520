// Velocity weakening: mu(V) = mu_d + (mu_s - mu_d) / (1 + V / V_c), the steady state of the regularised law of
// Ampuero & Ben-Zion (2008, Geophys. J. Int. 173:674), mu_s + (alpha - beta) V / (V + V_c) with mu_d = mu_s + alpha -
// beta.
//   d mu / d V = -(mu_s - mu_d) / V_c / (1 + V / V_c)^2
#include "../joint_law.hpp"
#include "angle.hpp"

namespace dda::laws {

namespace {

class VelocityWeakening final : public JointLaw {
  public:
    explicit VelocityWeakening(const LawParameters& p)
        : static_(coefficient(p.at("static")[0])),
          dynamic_(coefficient(p.at("dynamic")[0])),
          velocity_(p.at("velocity")[0]) {}

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double w = 1.0 / (1.0 + points[i].speed / velocity_);
            out[i] = {.mu = dynamic_ + (static_ - dynamic_) * w,
                      .dmu_dspeed = -(static_ - dynamic_) * w * w / velocity_,
                      .state = points[i].state};
        }
    }

  private:
    double static_, dynamic_, velocity_;
};

}  // namespace

LawInfo velocity_weakening() {
    return {"velocity-weakening",
            "mu = mu_d + (mu_s - mu_d) / (1 + speed / velocity), mu_s = tan(static), mu_d = tan(dynamic)",
            {{"static", "deg", "friction angle at rest"},
             {"dynamic", "deg", "friction angle at high speed"},
             {"velocity", "m/s", "sliding speed at which half of the difference in mu is lost"}},
            [](const LawParameters& p) -> std::unique_ptr<JointLaw> { return std::make_unique<VelocityWeakening>(p); }};
}

}  // namespace dda::laws
