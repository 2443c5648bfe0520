// Newton in (t, l), first on the surface itself; where that does not come home from blunt surfaces to sharp ones; where
// that does not either by bisection in l: for a given l the first equation is the minimum of the strictly convex
// |t - t_tr|^2 / 2 (norm of C'^-1) + l g(t), which descent finds from anywhere.
#include "return_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace dda::laws {
namespace {

using Vec3 = Eigen::Vector3d;
using Vec4 = Eigen::Vector4d;
using Mat3 = Eigen::Matrix3d;
using Mat4 = Eigen::Matrix4d;

constexpr double STAGES[] = {0.03, 0.1, 0.3, 1.0};              // sharpness of the surfaces, of their own
constexpr double LENGTHS[] = {1.0, 0.6, 0.3, 0.1, 0.03, 0.01};  // parts of a Newton step, of which the best is taken
constexpr double CLOSE = 1e-10;  // residual in units of the strength at which a point has returned
constexpr double LOOSE = 1e-3;   // the same on a blunt surface, whose answer is but a first guess
constexpr double GOOD = 0.5;     // part of the residual that a step must leave at most, or a shorter one is tried too
constexpr int DIRECT = 12;       // iterations on the surface itself before blunt ones are asked
constexpr int ITERATIONS = 40;
constexpr int HALVINGS = 32;  // of 60 in the logarithm of l: Newton goes on from a relative error of 1e-8
constexpr int DESCENT = 100;
constexpr double STILL = 1e-13;  // gradient at which descent stands

const double ROOT = std::sqrt(2.0 / 3.0);

}  // namespace

struct ReturnMap::Point {
    const ReturnMap& map;
    Vec3 trial;
    double k0;

    Convex flow(const Vec3& t, double blunt, bool curved) const {
        return map.g_ ? map.g_->potential(t, blunt, curved) : map.f_.yield(t, blunt, curved);
    }
    double grown(double l, const Vec3& slope) const {
        return k0 + map.strain_ * l * (map.g_ ? ROOT * slope.norm() : 1.0);
    }
    Vec4 residual(const Vec4& x, double blunt) const {
        const Vec3 t = x.head<3>();
        const Convex g = flow(t, blunt, false);
        double rate;
        Vec4 R;
        R << t - trial + x[3] * map.C_ * g.slope,
            map.f_.yield(t, blunt, false).value + 1.0 - map.size(grown(x[3], g.slope), rate);
        return R;
    }
    Vec4 residual(const Vec4& x, double blunt, Mat4& M) const {
        const Vec3 t = x.head<3>();
        const double l = x[3];
        const Convex g = flow(t, blunt, true), f = map.g_ ? map.f_.yield(t, blunt, false) : g;
        double rate;
        const double size = map.size(grown(l, g.slope), rate);
        M.topLeftCorner<3, 3>() = Mat3::Identity() + l * map.C_ * g.curve;
        M.topRightCorner<3, 1>() = map.C_ * g.slope;
        M.bottomLeftCorner<1, 3>() = f.slope.transpose();
        M(3, 3) = -rate * map.strain_;
        if (map.g_) {
            const double norm = g.slope.norm();
            M.bottomLeftCorner<1, 3>() -=
                rate * ROOT * map.strain_ * l * (g.curve * g.slope).transpose() / std::max(norm, 1e-30);
            M(3, 3) *= ROOT * norm;
        }
        Vec4 R;
        R << t - trial + l * map.C_ * g.slope, f.value + 1.0 - size;
        return R;
    }
};

ReturnMap::ReturnMap(double bulk, double shear, double unit, Surface f, std::optional<Surface> g,
                     HardeningParts hardening)
    : C_((1.0 - 2.0 / 3.0 * shear / bulk) * Mat3::Ones() + 2.0 * shear / bulk * Mat3::Identity()),
      strain_(unit / bulk),
      f_(std::move(f)),
      g_(std::move(g)),
      hardening_(std::move(hardening)) {}

double ReturnMap::size(double k, double& slope) const {
    double r = 1.0 + hardening_.linear * k;
    slope = hardening_.linear;
    for (std::size_t i = 0; i < hardening_.amounts.size(); ++i) {
        const double q = hardening_.amounts[i], scale = hardening_.scales[i], left = std::exp(-k / scale);
        r += q * (1.0 - left);
        slope += q / scale * left;
    }
    return r;
}

bool ReturnMap::outside(const Vec3& trial, double k) const {
    double slope;
    return f_.yield(trial, 1.0, false).value + 1.0 > size(k, slope) + CLOSE;
}

bool ReturnMap::newton(const Point& at, Vec4& x, double blunt, double close, int iterations) const {
    for (int i = 0; i < iterations; ++i) {
        Mat4 M;
        const Vec4 R = at.residual(x, blunt, M);
        const double before = R.lpNorm<Eigen::Infinity>();
        if (before < close) return true;
        const Vec4 step = M.partialPivLu().solve(R);
        if (!step.allFinite()) return false;
        double best = INFINITY;
        Vec4 kept = x;
        for (const double length : LENGTHS) {
            Vec4 next = x - length * step;
            next[3] = std::max(next[3], 0.0);
            const double left = at.residual(next, blunt).lpNorm<Eigen::Infinity>();
            if (left < best) best = left, kept = next;
            if (best <= GOOD * before) break;
        }
        x = kept;
    }
    return at.residual(x, blunt).lpNorm<Eigen::Infinity>() < close;
}

void ReturnMap::nearest(const Point& at, Vec4& x) const {
    const Mat3 inverse = C_.inverse();
    const double l = x[3];
    Vec3 t = x.head<3>();
    const auto energy = [&](const Vec3& s) {
        const Vec3 gap = s - at.trial;
        return 0.5 * gap.dot(inverse * gap) + l * at.flow(s, 1.0, false).value;
    };
    for (int i = 0; i < DESCENT; ++i) {
        const Convex g = at.flow(t, 1.0, true);
        const Vec3 R = inverse * (t - at.trial) + l * g.slope;
        if (R.lpNorm<Eigen::Infinity>() < STILL) break;
        const Vec3 step = (inverse + l * g.curve).ldlt().solve(R);
        const double start = energy(t), gain = R.dot(step);
        double length = 1.0;
        while (length > 1e-6 && energy(t - length * step) > start - 1e-4 * length * gain + 1e-16 * std::abs(start))
            length *= 0.5;
        if (length <= 1e-6) break;
        t -= length * step;
    }
    x.head<3>() = t;
}

void ReturnMap::bisect(const Point& at, Vec4& x) const {
    double low = -30.0, high = 30.0;
    x.head<3>() = at.trial;
    for (int i = 0; i < HALVINGS; ++i) {
        const double middle = 0.5 * (low + high);
        x[3] = std::exp(middle);
        nearest(at, x);
        (at.residual(x, 1.0)[3] > 0.0 ? low : high) = middle;
    }
    x[3] = std::exp(0.5 * (low + high));
}

Returned ReturnMap::solve(const Vec3& trial, double k) const {
    const Point at{*this, trial, k};
    Vec4 x;
    x << trial, 0.0;
    if (!newton(at, x, 1.0, CLOSE, DIRECT)) {
        x << trial, 0.0;
        for (const double blunt : STAGES) newton(at, x, blunt, blunt == 1.0 ? CLOSE : LOOSE, ITERATIONS);
    }
    if (!(at.residual(x, 1.0).lpNorm<Eigen::Infinity>() < CLOSE)) {
        bisect(at, x);
        newton(at, x, 1.0, CLOSE, ITERATIONS);
    }
    Mat4 M;
    const Vec4 R = at.residual(x, 1.0, M);
    Vec4 next = x - M.partialPivLu().solve(R);  // from CLOSE to rounding, so that the slope is that of the answer
    if (next[3] >= 0.0 && at.residual(next, 1.0).lpNorm<Eigen::Infinity>() < R.lpNorm<Eigen::Infinity>()) x = next;
    Returned out;
    out.found = at.residual(x, 1.0, M).lpNorm<Eigen::Infinity>() < std::sqrt(CLOSE);
    out.t = x.head<3>();
    out.k = at.grown(x[3], at.flow(out.t, 1.0, false).slope);
    Eigen::Matrix<double, 4, 3> moved = Eigen::Matrix<double, 4, 3>::Zero();
    moved.topRows<3>() = Mat3::Identity();
    out.slope = M.partialPivLu().solve(moved).topRows<3>();
    return out;
}

}  // namespace dda::laws
