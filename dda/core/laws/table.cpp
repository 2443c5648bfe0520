// Tabulated friction: phi(s) in degrees, linear between the points (s_i, phi_i), constant outside; mu = tan(phi).
// At a point of the table the slope is that of the piece which begins there.
#include <algorithm>
#include <stdexcept>
#include <vector>

#include "../joint_law.hpp"
#include "angle.hpp"

namespace dda::laws {

namespace {

class FrictionTable final : public JointLaw {
  public:
    explicit FrictionTable(const LawParameters& p) : slip_(p.at("slip")), friction_(p.at("friction")) {
        if (slip_.empty() || slip_.size() != friction_.size())
            throw std::invalid_argument(
                "joint law table: slip and friction need the same number of entries, at least 1");
        if (std::adjacent_find(slip_.begin(), slip_.end(), std::greater_equal<>()) != slip_.end())
            throw std::invalid_argument("joint law table: slip must increase");
    }

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const auto [phi, slope] = angle(points[i].slip);
            const double mu = coefficient(phi);
            out[i] = {.mu = mu, .dmu_dslip = coefficient_slope(mu) * slope, .state = points[i].state};
        }
    }

  private:
    struct Angle {
        double phi, slope;  ///< degree, degree/m
    };
    Angle angle(double s) const {
        if (s < slip_.front()) return {friction_.front(), 0.0};
        if (s >= slip_.back()) return {friction_.back(), 0.0};
        const std::size_t i = std::upper_bound(slip_.begin(), slip_.end(), s) - slip_.begin();
        const double slope = (friction_[i] - friction_[i - 1]) / (slip_[i] - slip_[i - 1]);
        return {friction_[i - 1] + slope * (s - slip_[i - 1]), slope};
    }
    std::vector<double> slip_, friction_;
};

}  // namespace

LawInfo table() {
    return {"table",
            "friction angle tabulated over slip, linear between the entries, constant outside",
            {{"slip", "m", "slip, increasing", true}, {"friction", "deg", "friction angle at each slip", true}},
            [](const LawParameters& p) -> std::unique_ptr<JointLaw> { return std::make_unique<FrictionTable>(p); }};
}

}  // namespace dda::laws
