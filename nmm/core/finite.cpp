#include "finite.hpp"

#include <algorithm>
#include <cmath>

namespace nmm {
namespace {

using Tensor = Eigen::Matrix2d;
using Voigt = std::array<double, 3>;  // xx, yy, and 2 xy of strains, xy of stresses

Voigt strain_of(const Tensor& A) {
    return {A(0, 0), A(1, 1), A(0, 1) + A(1, 0)};
}

Voigt green(const Tensor& H) {  // sym H + H^T H / 2, without the 1 that costs digits
    return strain_of(H + 0.5 * H.transpose() * H);
}

Voigt times(const std::array<double, 9>& D, const Voigt& e) {
    Voigt s{};
    for (int i = 0; i < 3; ++i) s[i] = D[3 * i] * e[0] + D[3 * i + 1] * e[1] + D[3 * i + 2] * e[2];
    return s;
}

double dot(const Voigt& a, const Voigt& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Tensor tensor(const Voigt& s) {
    Tensor S;
    S << s[0], s[2], s[2], s[1];
    return S;
}

// |dE| below which the energy of a step is told exactly by the mean stress, to rounding [-].
constexpr double LEAST_STRAIN = 1e-9;

// Step of the difference that gives d S / d E [-].
constexpr double DIFFERENCE = 1e-6;

struct Elastic {
    Voigt S;
    double energy;
};

// U = (C + det U) / tr U, det U = sqrt(det C), tr U = sqrt(tr C + 2 det U). All that is small is told without the 1:
// with det U = 1 + j and tr U = 2 + t, U - 1 = (2 E + j - t) / tr U.
Elastic law_at(const Material& law, const Voigt& E) {
    const double sum = E[0] + E[1], less = 2.0 * sum + 4.0 * E[0] * E[1] - E[2] * E[2];  // det C - 1
    const double det = std::sqrt(1.0 + less), j = less / (1.0 + det);
    const double trace = std::sqrt(4.0 + 2.0 * sum + 2.0 * j), t = 2.0 * (sum + j) / (trace + 2.0);
    const Voigt strain{(2.0 * E[0] + j - t) / trace, (2.0 * E[1] + j - t) / trace, 2.0 * E[2] / trace};
    const Voigt U{1.0 + strain[0], 1.0 + strain[1], 0.5 * strain[2]};
    const Voigt elastic = times(law.D, strain);
    Voigt T = elastic;
    for (int i = 0; i < 3; ++i) T[i] += law.initial[i];
    const Tensor adjugate = tensor({U[1], U[0], -U[2]});  // det U U^-1
    const Tensor S = (tensor(T) + adjugate * tensor(T) * adjugate / det) / trace;
    return {{S(0, 0), S(1, 1), S(0, 1)}, dot(law.initial, strain) + 0.5 * dot(elastic, strain)};
}

// The algorithmic stress of a step.
Voigt step_stress(const Material& law, const Voigt& E, const Voigt& dE, double theta) {
    const Elastic before = law_at(law, E), after = law_at(law, {E[0] + dE[0], E[1] + dE[1], E[2] + dE[2]});
    Voigt S;
    for (int i = 0; i < 3; ++i) S[i] = (1.0 - theta) * before.S[i] + theta * after.S[i];
    const double size = std::abs(dE[0]) + std::abs(dE[1]) + std::abs(dE[2]);
    if (!(size > LEAST_STRAIN)) return S;
    const Voigt along = times(law.D, dE);
    const double square = dot(dE, along);
    const double share = (after.energy - before.energy + (theta - 0.5) * square - dot(S, dE)) / square;
    for (int i = 0; i < 3; ++i) S[i] += share * along[i];
    return S;
}

}  // namespace

Finite::Finite(const Space& space, std::span<const int> element, std::span<const Vec2> point,
               std::span<const double> weight, std::span<const int> row, std::span<const Material> laws,
               std::span<const double> before)
    : Points(space, element, point, weight), row_(row.begin(), row.end()), laws_(laws.begin(), laws.end()) {
    for (std::size_t g = 0; 4 * g < before.size(); ++g) {
        Tensor H;
        H << before[4 * g], before[4 * g + 1], before[4 * g + 2], before[4 * g + 3];
        before_.push_back({Tensor::Identity() + H, green(H)});
        weight_[g] /= before_.back().F.determinant();
    }
}

Voigt Finite::part(std::size_t g, const Voigt& dE) const {
    if (before_.empty()) return dE;
    const Tensor& F = before_[g].F;
    return strain_of(F.transpose() * tensor({dE[0], dE[1], 0.5 * dE[2]}) * F);
}

Voigt Finite::whole(std::size_t g, const Voigt& E) const {
    Voigt sum = part(g, E);
    if (!before_.empty())
        for (int i = 0; i < 3; ++i) sum[i] += before_[g].E[i];
    return sum;
}

Voigt Finite::pushed(std::size_t g, const Voigt& S) const {
    if (before_.empty()) return S;
    const Tensor& F = before_[g].F;
    const Tensor s = F * tensor(S) * F.transpose();
    return {s(0, 0), s(1, 1), s(0, 1)};
}

void Finite::add_force(std::span<const double> u, std::span<const double> d, double theta, std::span<double> f) const {
    for_each([&](std::size_t g, std::span<const int> number, const double* x, const double* y) {
        const Tensor H = gradient(number, x, y, u), h = gradient(number, x, y, d);
        const Tensor F = Tensor::Identity() + H + 0.5 * h;
        const Material& law = laws_[row_[g]];
        const Voigt E = whole(g, green(H)), dE = part(g, strain_of(F.transpose() * h));
        const Tensor P = weight_[g] * F * tensor(pushed(g, step_stress(law, E, dE, theta)));
        for (std::size_t i = 0; i < number.size(); ++i) {
            f[2 * number[i]] += P(0, 0) * x[i] + P(0, 1) * y[i];
            f[2 * number[i] + 1] += P(1, 0) * x[i] + P(1, 1) * y[i];
        }
    });
}

double Finite::quadratic(std::span<const double> u, std::span<const double> d) const {
    double sum = 0.0;
    for_each([&](std::size_t g, std::span<const int> number, const double* x, const double* y) {
        const Tensor h = gradient(number, x, y, d);
        const Tensor F = Tensor::Identity() + gradient(number, x, y, u) + 0.5 * h;
        const Voigt dE = part(g, strain_of(F.transpose() * h));
        sum += weight_[g] * dot(dE, times(laws_[row_[g]].D, dE));
    });
    return sum;
}

double Finite::energy(std::span<const double> u) const {
    double sum = 0.0;
    for_each([&](std::size_t g, std::span<const int> number, const double* x, const double* y) {
        sum += weight_[g] * law_at(laws_[row_[g]], whole(g, green(gradient(number, x, y, u)))).energy;
    });
    return sum;
}

double Finite::distortion(std::span<const double> u, std::span<const double> angle) const {
    double most = 0.0;
    for_each([&](std::size_t, std::span<const int> number, const double* x, const double* y) {
        const double c = std::cos(angle[number[0]]), s = std::sin(angle[number[0]]);
        Tensor R;
        R << c, -s, s, c;
        const Tensor A = R.transpose() * (Tensor::Identity() + gradient(number, x, y, u)) - Tensor::Identity();
        most = std::max(most, A.cwiseAbs().maxCoeff());
    });
    return most;
}

double Finite::least_volume(std::span<const double> u) const {
    double least = INFINITY;
    for_each([&](std::size_t, std::span<const int> number, const double* x, const double* y) {
        least = std::min(least, (Tensor::Identity() + gradient(number, x, y, u)).determinant());
    });
    return least;
}

// delta f = sum w (F D sym(F^T grad delta) + grad delta S) grad N.
void Finite::add_tangent(System& system, std::span<const double> u) const {
    for_each_element([&](std::size_t first, std::size_t count, std::span<const int> number) {
        const auto n = static_cast<Eigen::Index>(number.size());
        Local local(static_cast<int>(n));
        std::copy(number.begin(), number.end(), local.number.begin());
        Eigen::MatrixXd B(3, 2 * n), G(2, n);
        for (std::size_t g = first; g < first + count; ++g) {
            const auto [x, y] = derivatives(g);
            const Tensor H = gradient(number, x, y, u), F = Tensor::Identity() + H;
            const Material& law = laws_[row_[g]];
            const Voigt E = green(H), S = pushed(g, law_at(law, whole(g, E)).S);
            Eigen::Matrix3d C;
            for (int j = 0; j < 3; ++j) {
                Voigt more = E, less = E;
                more[j] += DIFFERENCE, less[j] -= DIFFERENCE;
                const Voigt a = pushed(g, law_at(law, whole(g, more)).S), b = pushed(g, law_at(law, whole(g, less)).S);
                for (int i = 0; i < 3; ++i) C(i, j) = (a[i] - b[i]) / (2.0 * DIFFERENCE);
            }
            for (Eigen::Index i = 0; i < n; ++i) {
                G.col(i) << x[i], y[i];
                for (int k = 0; k < 2; ++k) {
                    B(0, 2 * i + k) = F(k, 0) * x[i];
                    B(1, 2 * i + k) = F(k, 1) * y[i];
                    B(2, 2 * i + k) = F(k, 0) * y[i] + F(k, 1) * x[i];
                }
            }
            const Eigen::MatrixXd DB = weight_[g] * C * B;
            local.matrix.noalias() += B.transpose() * DB;
            const Eigen::MatrixXd geometric = weight_[g] * G.transpose() * tensor(S) * G;
            for (Eigen::Index i = 0; i < n; ++i)
                for (Eigen::Index j = 0; j < n; ++j)
                    for (int k = 0; k < 2; ++k) local.matrix(2 * i + k, 2 * j + k) += geometric(i, j);
        }
        system.add(local);
    });
}

}  // namespace nmm
