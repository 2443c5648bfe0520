#include "model_data.hpp"

#include <algorithm>

namespace dda {

double Table::at(double t, int column) const {
    const auto value = [&](std::size_t row) { return values[row * width + column]; };
    if (t <= time.front()) return value(0);
    if (t >= time.back()) return value(time.size() - 1);
    const std::size_t i = std::upper_bound(time.begin(), time.end(), t) - time.begin();  // time[i - 1] <= t < time[i]
    const double w = (t - time[i - 1]) / (time[i] - time[i - 1]);
    return (1.0 - w) * value(i - 1) + w * value(i);
}

}  // namespace dda
