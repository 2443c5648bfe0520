#include "near_boxes.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>

namespace dda {
namespace {

bool near(const Box& a, const Box& b, double margin) {
    return a[0] - b[2] <= margin && b[0] - a[2] <= margin && a[1] - b[3] <= margin && b[1] - a[3] <= margin;
}

}  // namespace

std::vector<char> near_any(std::span<const Box> own, std::span<const Box> boxes, double margin, double size) {
    constexpr double MOST_CELLS = 1e4;  // a box over more cells than this is compared with all
    const double cell = size + margin;
    std::unordered_map<std::int64_t, std::vector<int>> cells;
    std::vector<int> wide;
    const auto index = [cell](double x) { return static_cast<std::int64_t>(std::floor(x / cell)); };
    const auto visit = [&](const Box& box, double by, auto&& enter) {
        const std::int64_t x0 = index(box[0] - by), x1 = index(box[2] + by), y0 = index(box[1] - by),
                           y1 = index(box[3] + by);
        if (static_cast<double>(x1 - x0 + 1) * static_cast<double>(y1 - y0 + 1) > MOST_CELLS) return false;
        for (std::int64_t x = x0; x <= x1; ++x)
            for (std::int64_t y = y0; y <= y1; ++y) enter((x << 32) ^ (y & 0xffffffff));
        return true;
    };
    for (std::size_t j = 0; j < own.size(); ++j)
        if (!visit(own[j], 0.0, [&](std::int64_t key) { cells[key].push_back(static_cast<int>(j)); }))
            wide.push_back(static_cast<int>(j));
    std::vector<char> found(boxes.size(), 0);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto is_near = [&](int j) { return near(boxes[i], own[j], margin); };
        bool in = std::ranges::any_of(wide, is_near);
        const bool visited = in || visit(boxes[i], margin, [&](std::int64_t key) {
                                 if (in) return;
                                 const auto it = cells.find(key);
                                 in = it != cells.end() && std::ranges::any_of(it->second, is_near);
                             });
        if (!visited) in = std::ranges::any_of(own, [&](const Box& o) { return near(boxes[i], o, margin); });
        found[i] = in;
    }
    return found;
}

}  // namespace dda
