// Strength reduction: the friction of any law divided by a factor, mu / F, with its derivatives.
#include "../joint_law.hpp"

namespace dda {

namespace {

class Reduced final : public JointLaw {
  public:
    Reduced(std::unique_ptr<JointLaw> law, double factor) : law_(std::move(law)), factor_(factor) {}

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        law_->evaluate(points, out);
        for (Friction& f : out.first(points.size())) {
            f.mu /= factor_;
            f.dmu_dslip /= factor_;
            f.dmu_dspeed /= factor_;
            f.dmu_dnormal /= factor_;
        }
    }

  private:
    std::unique_ptr<JointLaw> law_;
    double factor_;
};

}  // namespace

std::unique_ptr<JointLaw> reduced(std::unique_ptr<JointLaw> law, double factor) {
    if (factor == 1.0) return law;
    return std::make_unique<Reduced>(std::move(law), factor);
}

}  // namespace dda
