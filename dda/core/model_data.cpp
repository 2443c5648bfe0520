#include "model_data.hpp"

#include <algorithm>

namespace dda {

double interpolate(std::span<const double> x, std::span<const double> y, double at, int stride) {
    const auto value = [&](std::size_t i) { return y[i * stride]; };
    if (at <= x.front()) return value(0);
    if (at >= x.back()) return value(x.size() - 1);
    const std::size_t i = std::upper_bound(x.begin(), x.end(), at) - x.begin();  // x[i - 1] <= at < x[i]
    const double w = (at - x[i - 1]) / (x[i] - x[i - 1]);
    return (1.0 - w) * value(i - 1) + w * value(i);
}

}  // namespace dda
