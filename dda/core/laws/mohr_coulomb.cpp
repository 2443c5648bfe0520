// Mohr-Coulomb: mu = tan(phi), constant.
#include "../joint_law.hpp"
#include "angle.hpp"

namespace dda::laws {

namespace {

class MohrCoulomb final : public JointLaw {
  public:
    explicit MohrCoulomb(const LawParameters& p) : mu_(coefficient(p.at("friction")[0])) {}

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        for (std::size_t i = 0; i < points.size(); ++i) out[i] = {.mu = mu_, .state = points[i].state};
    }

  private:
    double mu_;
};

}  // namespace

LawInfo mohr_coulomb() {
    return {"mohr-coulomb",
            "constant friction, mu = tan(friction)",
            {{"friction", "deg", "friction angle"}},
            [](const LawParameters& p) -> std::unique_ptr<JointLaw> { return std::make_unique<MohrCoulomb>(p); }};
}

}  // namespace dda::laws
