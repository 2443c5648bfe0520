#include "pieces.hpp"

#include <cmath>

namespace nmm {
namespace {

Vec2 turn(Vec2 a, double c, double s) {
    return {c * a.x - s * a.y, s * a.x + c * a.y};
}

}  // namespace

Pieces::Pieces(std::vector<int> piece, std::vector<double> unit, std::vector<Vec2> place, std::vector<char> free,
               std::vector<std::array<int, 2>> affine, const Sparse& mass)
    : piece_(std::move(piece)),
      unit_(std::move(unit)),
      place_(std::move(place)),
      free_(std::move(free)),
      affine_(std::move(affine)),
      mass_(mass) {
    const int n = functions();
    std::vector<double> one(2 * n), rho(2 * n);
    for (int k = 0; k < n; ++k) one[2 * k] = unit_[k];
    mass_.multiply(one, rho);
    momentum_.resize(n);
    total_.assign(count(), 0.0);
    for (int k = 0; k < n; ++k) {
        momentum_[k] = rho[2 * k];
        total_[piece_[k]] += unit_[k] * momentum_[k];
    }
    const std::vector<double> nothing(2 * n, 0.0);
    std::vector<double> places(2 * n);
    for (int k = 0; k < n; ++k) places[2 * k] = place_[k].x, places[2 * k + 1] = place_[k].y;
    const std::vector<Vec2> middle = means(places);
    for (int k = 0; k < n; ++k) {
        places[2 * k] -= unit_[k] * middle[piece_[k]].x;
        places[2 * k + 1] -= unit_[k] * middle[piece_[k]].y;
    }
    std::vector<double> moment(2 * n);
    mass_.multiply(places, moment);
    arm_.resize(n);
    for (int k = 0; k < n; ++k) arm_[k] = {moment[2 * k], moment[2 * k + 1]};
    begin(nothing);
}

std::vector<Vec2> Pieces::means(std::span<const double> d) const {
    std::vector<Vec2> sum(count());
    for (int k = 0; k < functions(); ++k) {
        Vec2& s = sum[piece_[k]];
        s.x += momentum_[k] * d[2 * k], s.y += momentum_[k] * d[2 * k + 1];
    }
    for (int p = 0; p < count(); ++p) sum[p] = (1.0 / total_[p]) * sum[p];
    return sum;
}

void Pieces::begin(std::span<const double> u) {
    const int n = functions();
    std::vector<double> p(2 * n);
    for (int k = 0; k < n; ++k) {
        const Vec2 x = position(k, u);
        p[2 * k] = x.x, p[2 * k + 1] = x.y;
    }
    centre_ = means(p);
    q_.assign(2 * n, 0.0);
    for (int k = 0; k < n; ++k) {
        const Vec2 c = centre_[piece_[k]];
        q_[2 * k] = -(p[2 * k + 1] - unit_[k] * c.y);
        q_[2 * k + 1] = p[2 * k] - unit_[k] * c.x;
    }
    w_.resize(2 * n);
    mass_.multiply(q_, w_);
    std::vector<double> inertia(count(), 0.0);
    for (int k = 0; k < n; ++k) inertia[piece_[k]] += q_[2 * k] * w_[2 * k] + q_[2 * k + 1] * w_[2 * k + 1];
    for (int k = 0; k < n; ++k) {
        const int piece = piece_[k];
        const double scale = free_[piece] && affine_[piece][0] < 0 ? 1.0 / inertia[piece] : 0.0;
        w_[2 * k] *= scale, w_[2 * k + 1] *= scale;
    }
    for (int piece = 0; piece < count(); ++piece) {
        const auto [a, b] = affine_[piece];
        if (!free_[piece] || a < 0) continue;
        // p = c + A (slopes a, b); grad d = (d_a, d_b) A^-1, r = (grad_yx - grad_xy) / 2.
        const double det = p[2 * a] * p[2 * b + 1] - p[2 * b] * p[2 * a + 1];
        w_[2 * a] = 0.5 * p[2 * b] / det, w_[2 * a + 1] = 0.5 * p[2 * b + 1] / det;
        w_[2 * b] = -0.5 * p[2 * a] / det, w_[2 * b + 1] = -0.5 * p[2 * a + 1] / det;
    }
}

std::vector<Pieces::Rigid> Pieces::rigid(std::span<const double> d) const {
    const std::vector<Vec2> mean = means(d);
    std::vector<Rigid> found(count());
    for (int p = 0; p < count(); ++p)
        if (free_[p]) found[p].t = mean[p];
    for (int k = 0; k < functions(); ++k) found[piece_[k]].r += w_[2 * k] * d[2 * k] + w_[2 * k + 1] * d[2 * k + 1];
    return found;
}

std::vector<double> Pieces::relative(std::span<const double> d) const {
    const std::vector<Rigid> motion = rigid(d);
    std::vector<double> out(d.begin(), d.end());
    for (int k = 0; k < functions(); ++k) {
        const auto& [t, r] = motion[piece_[k]];
        out[2 * k] -= unit_[k] * t.x + r * q_[2 * k];
        out[2 * k + 1] -= unit_[k] * t.y + r * q_[2 * k + 1];
    }
    return out;
}

void Pieces::project(std::span<double> f) const {
    std::vector<double> moment(count(), 0.0);
    std::vector<Vec2> sum(count());
    for (int k = 0; k < functions(); ++k) {
        moment[piece_[k]] += q_[2 * k] * f[2 * k] + q_[2 * k + 1] * f[2 * k + 1];
        sum[piece_[k]] = sum[piece_[k]] + unit_[k] * Vec2{f[2 * k], f[2 * k + 1]};
    }
    for (int k = 0; k < functions(); ++k) {
        const int p = piece_[k];
        if (!free_[p]) continue;
        const double share = momentum_[k] / total_[p];
        f[2 * k] -= w_[2 * k] * moment[p] + share * sum[p].x;
        f[2 * k + 1] -= w_[2 * k + 1] * moment[p] + share * sum[p].y;
    }
}

std::vector<double> Pieces::shift(std::span<const double> d) const {
    const std::vector<Rigid> motion = rigid(d);
    std::vector<double> out(d.begin(), d.end());
    for (int k = 0; k < functions(); ++k) {
        const int p = piece_[k];
        if (!free_[p]) continue;
        const auto& [t, r] = motion[p];
        // (R - 1) (p - c) + R d' with R - 1 = -2 sin^2(r / 2) + sin r J: no digits are lost in small turns.
        const double s = std::sin(r), h = std::sin(0.5 * r), less = 2.0 * h * h;
        const Vec2 arm{q_[2 * k + 1], -q_[2 * k]};
        const Vec2 strain{d[2 * k] - unit_[k] * t.x - r * q_[2 * k], d[2 * k + 1] - unit_[k] * t.y - r * q_[2 * k + 1]};
        const Vec2 all = arm + strain;
        out[2 * k] = unit_[k] * t.x + strain.x - less * all.x - s * all.y;
        out[2 * k + 1] = unit_[k] * t.y + strain.y - less * all.y + s * all.x;
    }
    return out;
}

std::vector<double> Pieces::turned(std::span<const double> v, std::span<const double> d) const {
    const std::vector<Rigid> motion = rigid(d);
    const std::vector<Vec2> mean = means(v);
    const int n = functions();
    std::vector<double> out(v.begin(), v.end()), after(2 * n), strain(2 * n), rest(2 * n), moment(2 * n), mass(2 * n);
    for (int k = 0; k < n; ++k) {
        const auto& [t, r] = motion[piece_[k]];
        const Vec2 V = mean[piece_[k]];
        strain[2 * k] = d[2 * k] - unit_[k] * t.x - r * q_[2 * k];
        strain[2 * k + 1] = d[2 * k + 1] - unit_[k] * t.y - r * q_[2 * k + 1];
        rest[2 * k] = v[2 * k] - unit_[k] * V.x, rest[2 * k + 1] = v[2 * k + 1] - unit_[k] * V.y;
        after[2 * k] = q_[2 * k] - strain[2 * k + 1], after[2 * k + 1] = q_[2 * k + 1] + strain[2 * k];
    }
    mass_.multiply(strain, moment);
    mass_.multiply(after, mass);
    std::vector<double> lost(count(), 0.0), inertia(count(), 0.0);
    for (int k = 0; k < n; ++k) {
        lost[piece_[k]] += moment[2 * k] * rest[2 * k + 1] - moment[2 * k + 1] * rest[2 * k];
        inertia[piece_[k]] += mass[2 * k] * after[2 * k] + mass[2 * k + 1] * after[2 * k + 1];
    }
    for (int k = 0; k < n; ++k) {
        const int p = piece_[k];
        if (!free_[p]) continue;
        const double spin = -lost[p] / inertia[p];
        const Vec2 here = turn({rest[2 * k] + spin * after[2 * k], rest[2 * k + 1] + spin * after[2 * k + 1]},
                               std::cos(motion[p].r), std::sin(motion[p].r));
        out[2 * k] = unit_[k] * mean[p].x + here.x, out[2 * k + 1] = unit_[k] * mean[p].y + here.y;
    }
    return out;
}

std::vector<double> Pieces::turns(std::span<const double> d) const {
    std::vector<double> r;
    for (const Rigid& motion : rigid(d)) r.push_back(motion.r);
    return r;
}

Vec2 Pieces::beyond(int piece, Vec2 x, double r) const {
    if (!free_[piece] || r == 0.0) return {};
    const Vec2 X = x - centre_[piece], JX{-X.y, X.x};
    const double half = 0.5 * r, sinc = std::sin(half) / half;
    return sinc * turn(JX, std::cos(half), std::sin(half)) - JX;
}

void Pieces::add_moments(std::span<const double> moment, std::span<double> f) const {
    for (int k = 0; k < functions(); ++k) {
        f[2 * k] += w_[2 * k] * moment[piece_[k]];
        f[2 * k + 1] += w_[2 * k + 1] * moment[piece_[k]];
    }
}

std::vector<double> Pieces::angles(std::span<const double> u) const {
    std::vector<double> along(count(), 0.0), across(count(), 0.0);
    for (int k = 0; k < functions(); ++k) {
        const Vec2 x = position(k, u);
        along[piece_[k]] += dot(arm_[k], x), across[piece_[k]] += dda::cross(arm_[k], x);
    }
    std::vector<double> out(functions());
    for (int k = 0; k < functions(); ++k) out[k] = std::atan2(across[piece_[k]], along[piece_[k]]);
    return out;
}

}  // namespace nmm
