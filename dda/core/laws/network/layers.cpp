#include "layers.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace dda::laws {

namespace {

int padded(std::size_t n) {
    return static_cast<int>((n + BLOCK - 1) / BLOCK * BLOCK);
}

void check(std::span<const double> values, bool sign, const std::string& name) {
    for (const double v : values) {
        if (!std::isfinite(v)) throw std::invalid_argument(name + " holds a number that is not finite");
        if (sign && v < 0.0)
            throw std::invalid_argument(name + " holds " + std::to_string(v) + "; a convex network has it >= 0");
    }
}

Layer make_layer(std::span<const double> weights, std::span<const double> bias, int inputs, int inputs_padded) {
    const int outputs = static_cast<int>(bias.size());
    Layer l{inputs_padded, padded(bias.size()), {}, {}};
    l.weights.assign(static_cast<std::size_t>(l.outputs) * l.inputs, 0.0);
    l.bias.assign(l.outputs, 0.0);
    std::copy(bias.begin(), bias.end(), l.bias.begin());
    for (int o = 0; o < outputs; ++o)
        for (int i = 0; i < inputs; ++i) l.weights[o * l.inputs + i] = weights[o * inputs + i];
    return l;
}

}  // namespace

Layers::Layers(std::span<const bool> monotone, std::span<const std::span<const double>> weights,
               std::span<const std::span<const double>> biases, std::span<const double> w)
    : inputs(static_cast<int>(monotone.size())) {
    if (weights.empty() || weights.size() != biases.size())
        throw std::invalid_argument("a network needs as many biases as weights, at least one of each");
    std::size_t before = monotone.size();
    for (std::size_t k = 0; k < weights.size(); ++k) {
        const std::string name = "W" + std::to_string(k);
        if (biases[k].empty() || weights[k].size() != biases[k].size() * before)
            throw std::invalid_argument(name + " has " + std::to_string(weights[k].size()) + " numbers, expected " +
                                        std::to_string(biases[k].size()) + " x " + std::to_string(before));
        check(weights[k], k > 0, name);
        check(biases[k], false, "b" + std::to_string(k));
        if (k == 0)
            for (std::size_t n = 0; n < weights[0].size(); ++n)
                if (monotone[n % before]) check(weights[0].subspan(n, 1), true, "a monotone column of W0");
        layers.push_back(make_layer(weights[k], biases[k], static_cast<int>(before),
                                    k == 0 ? static_cast<int>(before) : padded(before)));
        before = biases[k].size();
    }
    if (w.size() != before)
        throw std::invalid_argument("w has " + std::to_string(w.size()) + " numbers, expected " +
                                    std::to_string(before));
    check(w, true, "w");
    out.assign(padded(before), 0.0);
    std::copy(w.begin(), w.end(), out.begin());
}

int Layers::widest() const {
    int n = inputs;
    for (const Layer& l : layers) n = std::max(n, l.outputs);
    return n;
}

}  // namespace dda::laws
