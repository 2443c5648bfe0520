#include "region.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "../../material_law.hpp"
#include "definite.hpp"

namespace dda::laws {

namespace {

constexpr std::size_t MOST = MANDEL;

double norm(const double* v) {
    double sum = 0.0;
    for (int k = 0; k < MANDEL; ++k) sum += v[k] * v[k];
    return std::sqrt(sum);
}

double deviator(const double* eps, double* dev) {
    const double mean = (eps[0] + eps[1] + eps[2]) / 3.0;
    for (int k = 0; k < MANDEL; ++k) dev[k] = eps[k] - (k < 3 ? mean : 0.0);
    return norm(dev);
}

}  // namespace

Region::Region(double r, std::vector<double> c, std::vector<double> A, std::vector<double> least,
               std::vector<double> most)
    : r_(r), c_(std::move(c)), A_(std::move(A)), Ac_(c_.size(), 0.0), least_(std::move(least)), most_(std::move(most)) {
    if (!(r > 0.0)) throw std::invalid_argument("the trust of a law is a strain above 0");
    const std::size_t d = c_.size();
    if (d == 0 && A_.empty() && least_.empty() && most_.empty()) return;
    if ((d != 2 && d != MANDEL) || A_.size() != d * d || least_.size() != d || most_.size() != d ||
        !definite(A_.data(), static_cast<int>(d)))
        throw std::invalid_argument("the region of trust is no ellipsoid");
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = 0; j < d; ++j) Ac_[i] += A_[d * i + j] * c_[j];
        k_ -= c_[i] * Ac_[i];
    }
    for (std::size_t i = 0; i < d; ++i)
        if (!(least_[i] < 0.0) || !(most_[i] > 0.0)) k_ = 0.0;
    if (!(k_ > 0.0)) throw std::invalid_argument("the region of trust leaves rest outside");
}

double Region::measure(const double* eps, double* slope) const {
    const double size = norm(eps), ball = size / r_;
    if (slope)
        for (int k = 0; k < MANDEL; ++k) slope[k] = size > 0.0 ? eps[k] / (size * r_) : 0.0;
    const std::size_t d = c_.size();
    if (d == 0) return ball;
    double x[MOST], Ax[MOST] = {}, dev[MANDEL], a = 0.0, b = 0.0;
    if (d == 2) {
        x[1] = deviator(eps, dev);
        x[0] = (eps[0] + eps[1] + eps[2]) / std::sqrt(3.0);
    } else {
        for (std::size_t i = 0; i < d; ++i) x[i] = eps[i];
    }
    for (std::size_t i = 0; i < d; ++i) {
        for (std::size_t j = 0; j < d; ++j) Ax[i] += A_[d * i + j] * x[j];
        a += x[i] * Ax[i];
        b += x[i] * Ac_[i];
    }
    const double root = std::sqrt(b * b + a * k_);
    double rho = (root - b) / k_, by[MOST] = {};  // d rho / d x
    for (std::size_t i = 0; i < d; ++i) by[i] = root > 0.0 ? ((b * Ac_[i] + k_ * Ax[i]) / root - Ac_[i]) / k_ : 0.0;
    for (std::size_t i = 0; i < d; ++i) {
        const double end = x[i] > 0.0 ? most_[i] : least_[i];
        if (x[i] / end <= rho) continue;
        rho = x[i] / end;
        std::fill(by, by + d, 0.0);
        by[i] = 1.0 / end;
    }
    if (!(rho > ball)) return ball;
    if (slope)
        for (std::size_t k = 0; k < MANDEL; ++k)
            slope[k] = d == MANDEL
                           ? by[k]
                           : by[0] * (k < 3 ? 1.0 / std::sqrt(3.0) : 0.0) + (x[1] > 0.0 ? by[1] * dev[k] / x[1] : 0.0);
    return rho;
}

}  // namespace dda::laws
