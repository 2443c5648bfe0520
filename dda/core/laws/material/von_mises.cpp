// Von Mises with linear isotropic hardening: sqrt(3/2) |s| <= yield_stress + hardening kappa.
//
//     d gamma = (sqrt(3/2) |s_tr| - y) / (3 G + H),   s = (1 - theta) s_tr,   theta = 3 G d gamma / (sqrt(3/2) |s_tr|)
//     d sigma / d eps = K 1 (x) 1 + 2 G (1 - theta) I_dev - 2 G (3 G / (3 G + H) - theta) N (x) N,   N = s_tr / |s_tr|
#include "laws.hpp"
#include "plastic.hpp"

namespace dda::laws {

namespace {

class VonMises final : public MaterialLaw {
  public:
    explicit VonMises(const MaterialParameters& p)
        : elastic_(p), yield_(p.at("yield_stress")), hardening_(p.at("hardening")) {}

    std::vector<std::string> state_names() const override { return plastic_state_names(); }
    bool symmetric() const override { return true; }
    double stiffest() const override { return elastic_.stiffest(); }
    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        return_all(
            elastic_, in, out,
            [this](const Mandel& t, double kappa, Mandel& s, double* C) { return map(t, kappa, s, C); }, hardening_);
    }

  private:
    bool map(const Mandel& trial, double kappa, Mandel& sigma, double* C) const {
        const double G = elastic_.G, K = elastic_.K, y = yield_ + hardening_ * kappa;
        double p;
        Mandel s;
        const double size = split(trial, p, s), q = std::sqrt(1.5) * size;
        if (q <= y) return false;
        const double theta = 3.0 * G * (q - y) / (3.0 * G + hardening_) / q;
        const double beta = 3.0 * G / (3.0 * G + hardening_) - theta;
        for (int i = 0; i < MANDEL; ++i) {
            sigma[i] = (1.0 - theta) * s[i] + (i < 3 ? p : 0.0);
            for (int j = 0; j < MANDEL; ++j) {
                const double both = i < 3 && j < 3 ? 1.0 : 0.0;
                C[MANDEL * i + j] = K * both + 2.0 * G * (1.0 - theta) * ((i == j ? 1.0 : 0.0) - both / 3.0) -
                                    2.0 * G * beta * s[i] * s[j] / (size * size);
            }
        }
        return true;
    }

    Isotropic elastic_;
    double yield_, hardening_;
};

}  // namespace

std::unique_ptr<MaterialLaw> von_mises(const MaterialParameters& p) {
    return std::make_unique<VonMises>(p);
}

}  // namespace dda::laws
