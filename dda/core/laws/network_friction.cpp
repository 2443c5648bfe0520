// A learned friction law: a small network whose friction coefficient is positive, so that sliding always dissipates.
//
//     h_1 = W_0 x + b_0,   h_(l+1) = W_l s(h_l) + b_l,   mu = a(w . s(h_L) + c)
//     s(h) = (1 + h / sqrt(1 + h^2)) / 2,   a(y) = (y + sqrt(1 + y^2)) / 2 > 0
//
// W_1, ..., w >= 0: mu falls (rises) with an input whose column of W_0 is <= 0 (>= 0). Inputs, held in the range of the
// tests (S, V, N, T, Q below: constant beyond), each between 0 and 1:
//     x = ( S / (S + s_0),  ln(1 + V / V_0) / ln(1 + V_1 / V_0),  N / N_1,  (T - T_0) / (T_1 - T_0),
//           ln(Q / Q_0) / ln(Q_1 / Q_0) )
// An input whose range is empty was not varied in the tests and counts as 0. Q is the state [s] of rate-and-state
// friction with ageing, dQ/dt = 1 - V Q / D, integrated exactly for the speed of the step; Q = 0 stands for a joint at
// rest for long, Q_1.
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "../joint_law.hpp"

namespace dda::laws {

namespace {

constexpr int INPUTS = 5;
constexpr int VARIED = 3;  // slip, speed, normal stress: those whose derivatives the contact asks for

struct Input {
    double x = 0.0, slope = 0.0;
};

/// Held in [low, high]; outside, the slope is zero.
struct Held {
    double value, inside;
    Held(double v, double low, double high)
        : value(std::clamp(v, low, high)), inside(v >= low && v <= high ? 1.0 : 0.0) {}
};

class NetworkFriction final : public JointLaw {
  public:
    explicit NetworkFriction(const LawParameters& p)
        : slip_(pair(p, "slip")),
          speed_(pair(p, "speed")),
          normal_(pair(p, "normal_stress")),
          temperature_(pair(p, "temperature")),
          state_(pair(p, "state")),
          distance_(p.at("distance")[0]) {
        const std::vector<double>& widths = p.at("widths");
        const std::vector<double>& all = p.at("weights");
        std::size_t at = 0, before = INPUTS;
        const auto take = [&](std::size_t n) {
            if (at + n > all.size()) throw std::invalid_argument("joint law network: too few weights for its widths");
            at += n;
            return std::vector<double>(all.begin() + (at - n), all.begin() + at);
        };
        for (const double width : widths) {
            const auto n = static_cast<std::size_t>(width);
            if (!(width >= 1.0) || width != static_cast<double>(n))
                throw std::invalid_argument("joint law network: widths are whole numbers above 0");
            std::vector<double> weights = take(n * before);
            if (!layers_.empty()) check(weights);
            layers_.push_back({static_cast<int>(before), static_cast<int>(n), std::move(weights), take(n)});
            before = n;
        }
        out_ = take(before);
        check(out_);
        offset_ = take(1)[0];
        if (at != all.size()) throw std::invalid_argument("joint law network: more weights than its widths need");
    }

    void evaluate(std::span<const JointPoint> points, std::span<Friction> out) const override {
        std::vector<Unit> now, next;
        for (std::size_t i = 0; i < points.size(); ++i) out[i] = friction(points[i], now, next);
    }

  private:
    struct Range {
        double low, high;
        bool varied() const { return high > low; }
    };
    struct Layer {
        int inputs, outputs;
        std::vector<double> weights, bias;
    };
    /// s(h) and its derivatives with respect to the varied inputs.
    struct Unit {
        double z, d[VARIED];
    };

    static Range pair(const LawParameters& p, const char* name) {
        const std::vector<double>& v = p.at(name);
        if (v.size() != 2) throw std::invalid_argument(std::string("joint law network: ") + name + " is two numbers");
        return {v[0], v[1]};
    }
    static void check(const std::vector<double>& weights) {
        if (std::any_of(weights.begin(), weights.end(), [](double w) { return !(w >= 0.0); }))
            throw std::invalid_argument("joint law network: weights after the first layer are >= 0");
    }

    Input slip(double s) const {
        if (!(slip_.high > 0.0)) return {};
        const Held h(s, 0.0, slip_.high);
        const double sum = h.value + slip_.low;
        return {h.value / sum, h.inside * slip_.low / (sum * sum)};
    }
    Input speed(double v) const {
        if (!(speed_.high > 0.0)) return {};
        const Held h(v, 0.0, speed_.high);
        const double whole = std::log1p(speed_.high / speed_.low);
        return {std::log1p(h.value / speed_.low) / whole, h.inside / ((speed_.low + h.value) * whole)};
    }
    static Input linear(const Range& r, double v, double from) {
        if (!r.varied()) return {};
        const Held h(v, r.low, r.high);
        return {(h.value - from) / (r.high - from), h.inside / (r.high - from)};
    }
    double remembered(double q) const {
        if (!state_.varied()) return 0.0;
        const double held = std::clamp(q > 0.0 ? q : state_.high, state_.low, state_.high);
        return std::log(held / state_.low) / std::log(state_.high / state_.low);
    }
    /// Q after dt at the speed V: D / V + (Q - D / V) exp(-V dt / D).
    double aged(const JointPoint& p) const {
        if (!state_.varied()) return p.state;
        const double q = p.state > 0.0 ? p.state : state_.high, rate = p.speed / distance_;
        if (rate * p.dt < 1e-12) return q + p.dt;
        return 1.0 / rate + (q - 1.0 / rate) * std::exp(-rate * p.dt);
    }

    Friction friction(const JointPoint& p, std::vector<Unit>& now, std::vector<Unit>& next) const {
        const Input in[VARIED] = {slip(p.slip), speed(p.speed), linear(normal_, p.normal_stress, 0.0)};
        const double x[INPUTS] = {in[0].x, in[1].x, in[2].x, linear(temperature_, p.temperature, temperature_.low).x,
                                  remembered(p.state)};
        now.resize(INPUTS);
        for (int i = 0; i < INPUTS; ++i) {
            now[i] = {x[i], {0.0, 0.0, 0.0}};
            if (i < VARIED) now[i].d[i] = in[i].slope;
        }
        for (const Layer& l : layers_) {
            next.resize(l.outputs);
            for (int o = 0; o < l.outputs; ++o) {
                const Unit h = product(&l.weights[o * l.inputs], now, l.bias[o]);
                const double root = std::sqrt(1.0 + h.z * h.z), slope = 0.5 / (root * root * root);
                next[o] = {0.5 * (1.0 + h.z / root), {slope * h.d[0], slope * h.d[1], slope * h.d[2]}};
            }
            std::swap(now, next);
        }
        const Unit y = product(out_.data(), now, offset_);
        const double root = std::sqrt(1.0 + y.z * y.z), slope = 0.5 * (1.0 + y.z / root);
        return {0.5 * (y.z + root), slope * y.d[0], slope * y.d[1], slope * y.d[2], aged(p)};
    }
    static Unit product(const double* w, const std::vector<Unit>& in, double bias) {
        Unit h{bias, {0.0, 0.0, 0.0}};
        for (std::size_t j = 0; j < in.size(); ++j) {
            h.z += w[j] * in[j].z;
            for (int k = 0; k < VARIED; ++k) h.d[k] += w[j] * in[j].d[k];
        }
        return h;
    }

    Range slip_, speed_, normal_, temperature_, state_;
    double distance_;
    std::vector<Layer> layers_;
    std::vector<double> out_;
    double offset_ = 0.0;
};

}  // namespace

LawInfo network_friction() {
    return {"network",
            "friction learned from shear tests; in a case file: law: learned, file: MODEL.safetensors",
            {{"widths", "-", "units of each hidden layer", true},
             {"weights", "weight", "W_0, b_0, W_1, b_1, ..., w, c, row after row", true},
             {"slip", "m", "s_0, and the largest slip of the tests; 0, 0: not varied", true},
             {"speed", "m/s", "V_0, and the largest speed of the tests; 0, 0: not varied", true},
             {"normal_stress", "Pa", "range of the tests; 0, 0: not varied", true},
             {"temperature", "K", "range of the tests; 0, 0: not varied", true},
             {"state", "s", "range of the state in the tests; 0, 0: none", true},
             {"distance", "m", "slip D over which the state is renewed"}},
            [](const LawParameters& p) -> std::unique_ptr<JointLaw> { return std::make_unique<NetworkFriction>(p); }};
}

}  // namespace dda::laws
