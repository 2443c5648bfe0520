// Implicit Euler, R = a - a_0 - dt grad phi*(A(eps, a)) = 0, by Newton; with H = psi_e'' + psi_s'' and M = dt phi*''
// its slope J = 1 + M H has no eigenvalue under 1, so there is one solution, and the tangent is
//     d sigma / d eps = D - D J^-1 M D,   D = psi_e''.
// State of a point: a (6), and what it has dissipated, int A . da [J/m3].
#include "standard_law.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace dda::laws {
namespace {

using Vec = Eigen::Matrix<double, MANDEL, 1>;
using Mat = Eigen::Matrix<double, MANDEL, MANDEL, Eigen::RowMajor>;

constexpr int STATES = MANDEL + 1, ITERATIONS = 100;
constexpr double CLOSE = 1e-12;  // residual over the strain scale at which a point is solved [-]
constexpr double LENGTHS[] = {1.0, 0.5, 0.2, 0.05, 0.01};  // parts of a Newton step, of which the best is taken
constexpr double GOOD = 0.5;                               // part of the residual that a step must leave at most

class StandardLaw final : public MaterialLaw {
  public:
    StandardLaw(std::shared_ptr<const MaterialLaw> free, std::shared_ptr<const MaterialLaw> stored,
                std::shared_ptr<const MaterialLaw> dual, double strain_scale)
        : free_(std::move(free)), stored_(std::move(stored)), dual_(std::move(dual)), scale_(strain_scale) {}

    std::vector<std::string> state_names() const override {
        return {"internal_xx", "internal_yy", "internal_zz", "internal_yz", "internal_xz", "internal_xy", "work"};
    }
    bool symmetric() const override { return true; }
    double stiffest() const override { return free_->stiffest(); }

    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        for (std::size_t n = 0; n < in.strain.size() / MANDEL; ++n)
            point(&in.strain[MANDEL * n], &in.state[STATES * n], in.dt, &out.stress[MANDEL * n],
                  &out.tangent[MANDEL * MANDEL * n], &out.state[STATES * n]);
    }

  private:
    struct Place {
        Vec a, sigma, A, R;
        Mat D, J, M;
        double size() const { return R.lpNorm<Eigen::Infinity>(); }
    };

    static void ask(const MaterialLaw& law, const Vec& at, Vec& value, Mat& slope) {
        law.evaluate({{at.data(), MANDEL}, {at.data(), MANDEL}, {}, 0.0},
                     {{value.data(), MANDEL}, {slope.data(), MANDEL * MANDEL}, {}});
    }

    void measure(Place& p, const Vec& eps, const Vec& old, double dt) const {
        Vec back, rate;
        Mat K, M;
        ask(*free_, eps - p.a, p.sigma, p.D);
        ask(*stored_, p.a, back, K);
        p.A = p.sigma - back;
        ask(*dual_, p.A, rate, M);
        p.M = dt * M;
        p.R = p.a - old - dt * rate;
        p.J = Mat::Identity() + p.M * (p.D + K);
    }

    void point(const double* strain, const double* state, double dt, double* stress, double* C, double* now) const {
        const Vec eps = Eigen::Map<const Vec>(strain), old = Eigen::Map<const Vec>(state);
        Place here;
        here.a = old;
        measure(here, eps, old, dt);
        for (int i = 0; i < ITERATIONS && !(here.size() < CLOSE * scale_); ++i) {
            const Vec step = here.J.partialPivLu().solve(here.R);
            Place best = here;
            double least = std::numeric_limits<double>::infinity();
            for (const double length : LENGTHS) {
                Place next;
                next.a = here.a - length * step;
                measure(next, eps, old, dt);
                if (next.size() < least) least = next.size(), best = next;
                if (least <= GOOD * here.size()) break;
            }
            if (!std::isfinite(least) || (least >= here.size() && here.size() < std::sqrt(CLOSE) * scale_)) break;
            here = best;
        }
        if (!(here.size() < std::sqrt(CLOSE) * scale_)) here.sigma.setConstant(std::nan("")), here.D.setConstant(NAN);
        Eigen::Map<Vec>(stress, MANDEL) = here.sigma;
        Eigen::Map<Mat>(C, MANDEL, MANDEL) = here.D - here.D * here.J.partialPivLu().solve(here.M * here.D);
        Eigen::Map<Vec>(now, MANDEL) = here.a;
        now[MANDEL] = state[MANDEL] + here.A.dot(here.a - old);
    }

    std::shared_ptr<const MaterialLaw> free_, stored_, dual_;
    double scale_;
};

}  // namespace

std::unique_ptr<MaterialLaw> standard_law(std::shared_ptr<const MaterialLaw> free,
                                          std::shared_ptr<const MaterialLaw> stored,
                                          std::shared_ptr<const MaterialLaw> dual, double strain_scale) {
    for (const auto& part : {free, stored, dual})
        if (!part->state_names().empty()) throw std::invalid_argument("the parts of a standard material have no state");
    return std::make_unique<StandardLaw>(std::move(free), std::move(stored), std::move(dual), strain_scale);
}

}  // namespace dda::laws
