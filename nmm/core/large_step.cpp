#include "large_step.hpp"

namespace nmm {

void LargeStep::begin(const Sparse& chord, std::span<const double> u, double theta) {
    chord_ = &chord;
    u_.assign(u.begin(), u.end());
    theta_ = theta;
    pieces_.begin(u);
}

std::vector<double> LargeStep::correction(std::span<const double> d) const {
    const std::vector<double> strained = pieces_.relative(d);
    const std::size_t n = d.size();
    std::vector<double> at(n), f(n);
    for (std::size_t i = 0; i < n; ++i) at[i] = u_[i] + theta_ * strained[i];
    ties_.multiply(at, f);
    finite_.add_force(u_, strained, theta_, f);
    pieces_.project(f);
    std::vector<double> c(n);
    chord_->multiply(d, c);
    for (std::size_t i = 0; i < n; ++i) c[i] = theta_ * c[i] - f[i];
    return c;
}

double LargeStep::quadratic(std::span<const double> d) const {
    const std::vector<double> strained = pieces_.relative(d);
    std::vector<double> f(d.size());
    ties_.multiply(strained, f);
    double sum = finite_.quadratic(u_, strained);
    for (std::size_t i = 0; i < f.size(); ++i) sum += strained[i] * f[i];
    return sum;
}

}  // namespace nmm
