// Static and kinetic friction: mu = tan(phi_s) while the point sticks, tan(phi_k) while it slides.
// The strength is back at its static value as soon as the point sticks again (no healing time).
#include "../joint_law.hpp"
#include "angle.hpp"

namespace dda::laws {

namespace {

class StaticKinetic final : public JointLaw {
  public:
    explicit StaticKinetic(const LawParameters& p)
        : static_(coefficient(p.at("static")[0])), kinetic_(coefficient(p.at("kinetic")[0])) {}

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        for (std::size_t i = 0; i < points.size(); ++i)
            out[i] = {.mu = points[i].sliding ? kinetic_ : static_, .state = points[i].state};
    }

  private:
    double static_, kinetic_;
};

}  // namespace

LawInfo static_kinetic() {
    return {"static-kinetic",
            "one friction angle at rest, another while sliding; the first is restored when the point sticks again",
            {{"static", "deg", "friction angle at rest"}, {"kinetic", "deg", "friction angle while sliding"}},
            [](const LawParameters& p) -> std::unique_ptr<JointLaw> { return std::make_unique<StaticKinetic>(p); }};
}

}  // namespace dda::laws
