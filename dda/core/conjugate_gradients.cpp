#include "conjugate_gradients.hpp"

#include <cmath>

namespace dda {

namespace {

/// The recurred residual drifts from the true one by rounding; so many new starts from the true one are worth a try.
constexpr int most_restarts = 4;
/// The recurrence aims a little lower than the target, so that the true residual passes at the first try.
constexpr double aim = 0.9;

}  // namespace

double ConjugateGradients::start(const BlockMatrix& a, std::span<const Vec6> b, std::span<const Vec6> x, int threads) {
    for (auto* v : {&r_, &z_, &p_, &q_}) v->resize(b.size());
    vectors_.set_threads(threads, a.rows());
    a.multiply(x, r_, threads);
    return residual_ = std::sqrt(vectors_.subtract_from(b, r_));
}

double ConjugateGradients::norm(std::span<const Vec6> v, int threads) {
    vectors_.set_threads(threads, static_cast<int>(v.size()));
    return std::sqrt(vectors_.dot(v, v));
}

int ConjugateGradients::run(const BlockMatrix& a, BlockCholesky& factor, std::span<const Vec6> b, std::span<Vec6> x,
                            double target, int limit, int threads) {
    int iterations = 0;
    for (int restart = 0; restart <= most_restarts && residual_ > target && iterations < limit; ++restart) {
        const double before = residual_;
        double recurred = residual_, rz = 0.0;
        bool sound = true;
        for (bool first = true; recurred > aim * target && iterations < limit; first = false) {
            factor.solve(r_, z_, threads);
            const double old = rz;
            rz = vectors_.dot(r_, z_);
            if (first)
                p_ = z_;
            else
                vectors_.turn(z_, rz / old, p_);
            a.multiply(p_, q_, threads);
            const double curvature = vectors_.dot(p_, q_);
            sound = rz > 0.0 && curvature > 0.0 && std::isfinite(curvature) && std::isfinite(rz / curvature);
            if (!sound) break;
            recurred = std::sqrt(vectors_.advance(rz / curvature, p_, q_, x, r_));
            ++iterations;
        }
        start(a, b, x, threads);
        if (!sound || !(residual_ < before)) break;
    }
    return iterations;
}

}  // namespace dda
