// Mohr-Coulomb with a tension cut-off, exact in principal stresses s_1 >= s_2 >= s_3.
//
//     F:  (1 + sin phi) s_1 - (1 - sin phi) s_3 <= 2 c cos phi       flow along (1 + sin psi, 0, -(1 - sin psi))
//     T:  s_1 <= t                                                    flow along (1, 0, 0)
//     P:  s_2 - s_1 <= 0,   Q:  s_3 - s_2 <= 0                        flow along (-1, 1, 0), (0, -1, 1)
//
// The law is isotropic, so the return of a sorted stress is sorted, and an edge of the hexagon where two of its six
// planes meet is the meeting of F with P or Q: l_1 m(s_1, s_3) + l_2 m(s_2, s_3) = (l_1 + l_2) m(s_1, s_3) + l_2 (1 +
// sin psi) (-1, 1, 0). So the return map is one small complementarity problem
//
//     s = s_tr - D sum_k l_k m_k,   0 <= l_k  _|_  b_k - n_k . s >= 0,   k = F, T, P, Q,
//
// solved by trying the sets that can be active: plane, edges, apex, cut-off, and their corners. Each has constant
// matrices, made once:  l = (N D M^T)^-1 (N s_tr - b),   d s / d e = D - D M^T (N D M^T)^-1 N D.
// The apex comes last and takes what no other set does: with psi = 0 the flow of F keeps the volume and cannot come
// there; such a point opens freely.
#include <cmath>
#include <limits>
#include <vector>

#include "../angle.hpp"
#include "laws.hpp"
#include "plastic.hpp"
#include "spectral.hpp"

namespace dda::laws {

namespace {

enum Plane { F, T, P, Q };

// Violation of an inactive plane or a multiplier, over the stress and 1 + K / G [-], that is rounding; at the border of
// two sets both give the same stress up to it. Smaller finds no set there, larger leaves the yield surface by as much.
constexpr double ROUNDING = 1e-13;

// Distance of two principal trial stresses over the largest [-] under which their difference is mostly rounding and the
// tangent takes its limit, T_ii - T_ij.
constexpr double REPEATED = 1e-9;

struct ActiveSet {
    std::vector<Plane> planes;
    Eigen::Matrix<double, Eigen::Dynamic, 3, 0, 3, 3> multiplier;  ///< l = multiplier s_tr - offset
    Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 3, 1> offset;
    Eigen::Matrix<double, 3, Eigen::Dynamic, 0, 3, 3> flow;  ///< s = s_tr - flow l
    Mat3 tangent;
};

class MohrCoulomb final : public MaterialLaw {
  public:
    explicit MohrCoulomb(const MaterialParameters& p) : elastic_(p) {
        const double phi = RADIANS_PER_DEGREE * p.at("friction"), psi = RADIANS_PER_DEGREE * p.at("dilation");
        const double c = p.at("cohesion"), t = p.at("tension");
        const double apex = phi > 0.0 ? c / std::tan(phi) : std::numeric_limits<double>::infinity();
        cut_ = t < apex;
        symmetric_ = phi == psi;
        normal_ << 1.0 + std::sin(phi), 0.0, std::sin(phi) - 1.0, 1.0, 0.0, 0.0, -1.0, 1.0, 0.0, 0.0, -1.0, 1.0;
        direction_ = normal_;
        direction_.row(F) << 1.0 + std::sin(psi), 0.0, std::sin(psi) - 1.0;
        bound_ << 2.0 * c * std::cos(phi), cut_ ? t : 0.0, 0.0, 0.0;
        apex_ = cut_ ? t : apex;
        D_ = Mat3::Constant(elastic_.lame()) + 2.0 * elastic_.G * Mat3::Identity();
        sets_ = {make({F}), make({F, P}), make({F, Q})};
        if (cut_)
            for (const auto& planes : {std::vector<Plane>{T}, {F, T}, {T, P}, {F, T, P}, {F, T, Q}})
                sets_.push_back(make(planes));
    }

    std::vector<std::string> state_names() const override { return plastic_state_names(); }
    bool symmetric() const override { return symmetric_; }
    double stiffest() const override {
        double largest = elastic_.stiffest();
        for (const ActiveSet& set : sets_) largest = std::max(largest, set.tangent.jacobiSvd().singularValues()(0));
        return largest;
    }
    void evaluate(const MaterialPoints& in, const MaterialAnswer& out) const override {
        return_all(elastic_, in, out, [this](const Mandel& t, double, Mandel& s, double* C) { return map(t, s, C); });
    }

  private:
    ActiveSet make(const std::vector<Plane>& planes) const {
        const auto k = static_cast<Eigen::Index>(planes.size());
        Eigen::MatrixXd N(k, 3), M(k, 3);
        Eigen::VectorXd b(k);
        for (Eigen::Index i = 0; i < k; ++i) {
            N.row(i) = normal_.row(planes[i]);
            M.row(i) = direction_.row(planes[i]);
            b[i] = bound_[planes[i]];
        }
        const Eigen::MatrixXd flow = D_ * M.transpose(), inverse = (N * flow).inverse();
        ActiveSet set;
        set.planes = planes;
        set.multiplier = inverse * N;
        set.offset = inverse * b;
        set.flow = flow;
        set.tangent = D_ - flow * inverse * N * D_;
        return set;
    }

    bool outside(const Vec3& s) const { return normal_.row(F).dot(s) > bound_[F] || (cut_ && s[0] > bound_[T]); }

    /// How far a set is from being the answer [Pa]: its most negative multiplier as a stress, or what it leaves
    /// outside.
    double violation(const ActiveSet& set, const Vec3& trial, Vec3& s) const {
        const Eigen::Matrix<double, Eigen::Dynamic, 1, 0, 3, 1> l = set.multiplier * trial - set.offset;
        s = trial - set.flow * l;
        const Eigen::Vector4d over = normal_ * s - bound_;
        double worst = std::max({over[F], over[P], over[Q], cut_ ? over[T] : 0.0});
        return std::max(worst, -2.0 * elastic_.G * l.minCoeff());
    }

    bool map(const Mandel& trial, Mandel& sigma, double* C) const {
        const Spectrum at = spectrum(trial);
        if (!outside(at.value)) return false;
        const double scale = std::max(at.value.cwiseAbs().maxCoeff(), bound_[F]);
        const double rounding = ROUNDING * (1.0 + elastic_.K / elastic_.G) * scale;
        Vec3 s;
        for (const ActiveSet& set : sets_) {
            if (violation(set, at.value, s) > rounding) continue;
            sigma = assemble(s, at.direction);
            assemble_tangent(set.tangent, shears(at.value, s, set.tangent, scale), at.direction, C);
            return true;
        }
        for (int i = 0; i < MANDEL; ++i) sigma[i] = i < 3 ? apex_ : 0.0;
        std::fill_n(C, MANDEL * MANDEL, 0.0);
        return true;
    }

    /// (s_i - s_j) / (e_i - e_j), e_i - e_j = (s_tr,i - s_tr,j) / 2 G, of the pairs (0, 1), (1, 2), (0, 2).
    Vec3 shears(const Vec3& trial, const Vec3& s, const Mat3& tangent, double scale) const {
        Vec3 shear;
        const int pairs[3][2] = {{0, 1}, {1, 2}, {0, 2}};
        for (int k = 0; k < 3; ++k) {
            const auto [i, j] = pairs[k];
            const double gap = trial[i] - trial[j];
            shear[k] = gap > REPEATED * scale ? 2.0 * elastic_.G * (s[i] - s[j]) / gap
                                              : std::max(tangent(i, i) - tangent(i, j), 0.0);
        }
        return shear;
    }

    Isotropic elastic_;
    bool cut_, symmetric_;
    double apex_;
    Eigen::Matrix<double, 4, 3> normal_, direction_;
    Eigen::Vector4d bound_;
    Mat3 D_;
    std::vector<ActiveSet> sets_;
};

}  // namespace

std::unique_ptr<MaterialLaw> mohr_coulomb_material(const MaterialParameters& p) {
    return std::make_unique<MohrCoulomb>(p);
}

}  // namespace dda::laws
