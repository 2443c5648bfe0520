// Drucker-Prager: sqrt(J2) + a p <= k, flow along sqrt(J2) + b p; cone and apex, perfectly plastic.
//
// Cone:  d gamma = (sqrt(J2_tr) + a p_tr - k) / (G + K a b),   s = (1 - theta) s_tr,   p = p_tr - K b d gamma,
//        theta = G d gamma / sqrt(J2_tr), and with N = s_tr / |s_tr|
//        d sigma / d eps = K 1 (x) 1 + 2 G (1 - theta) I_dev + 2 G theta N (x) N
//                          - (sqrt2 G N + K b 1) (x) (sqrt2 G N + K a 1) / (G + K a b).
// Apex, where the cone would leave s < 0:  s = 0, p = k / a. With b = 0 the flow of the cone keeps the volume and
// cannot come to the apex; there a point opens freely.
#include <Eigen/Dense>

#include "laws.hpp"
#include "plastic.hpp"

namespace dda::laws {

namespace {

class DruckerPrager final : public MaterialLaw {
  public:
    explicit DruckerPrager(const MaterialParameters& p)
        : elastic_(p), a_(p.at("slope")), b_(p.at("flow")), k_(p.at("strength")) {}

    std::vector<std::string> state_names() const override { return plastic_state_names(); }
    bool symmetric() const override { return a_ == b_; }
    double stiffest() const override {
        // The cone's tangent, theta = 0, on the plane of 1 / sqrt3 and N: D - (D m) (x) (D n) / h.
        const double K = elastic_.K, G = elastic_.G, h = G + K * a_ * b_;
        Eigen::Matrix2d T;
        const double r3 = std::sqrt(3.0), r2 = std::sqrt(2.0);
        T << 3.0 * K - 3.0 * K * K * a_ * b_ / h, -r3 * r2 * K * b_ * G / h, -r3 * r2 * K * a_ * G / h,
            2.0 * G - 2.0 * G * G / h;
        return std::max(elastic_.stiffest(), T.jacobiSvd().singularValues()(0));
    }
    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        return_all(elastic_, in, out, [this](const Mandel& t, double, Mandel& s, double* C) { return map(t, s, C); });
    }

  private:
    bool map(const Mandel& trial, Mandel& sigma, double* C) const {
        const double G = elastic_.G, K = elastic_.K, h = G + K * a_ * b_;
        double p;
        Mandel s;
        const double size = split(trial, p, s), root = size / std::sqrt(2.0), f = root + a_ * p - k_;
        if (f <= 0.0) return false;
        if (G * f >= h * root) {
            for (int i = 0; i < MANDEL; ++i) sigma[i] = i < 3 ? k_ / a_ : 0.0;
            std::fill_n(C, MANDEL * MANDEL, 0.0);
            return true;
        }
        const double theta = G * f / (h * root);
        for (int i = 0; i < MANDEL; ++i) sigma[i] = (1.0 - theta) * s[i] + (i < 3 ? p - K * b_ * f / h : 0.0);
        for (int i = 0; i < MANDEL; ++i)
            for (int j = 0; j < MANDEL; ++j) {
                const double both = i < 3 && j < 3 ? 1.0 : 0.0, Ni = s[i] / size, Nj = s[j] / size;
                const double flow = std::sqrt(2.0) * G * Ni + (i < 3 ? K * b_ : 0.0);
                const double normal = std::sqrt(2.0) * G * Nj + (j < 3 ? K * a_ : 0.0);
                C[MANDEL * i + j] = K * both + 2.0 * G * (1.0 - theta) * ((i == j ? 1.0 : 0.0) - both / 3.0) +
                                    2.0 * G * theta * Ni * Nj - flow * normal / h;
            }
        return true;
    }

    Isotropic elastic_;
    double a_, b_, k_;
};

}  // namespace

std::unique_ptr<MaterialLaw> drucker_prager(const MaterialParameters& p) {
    return std::make_unique<DruckerPrager>(p);
}

}  // namespace dda::laws
