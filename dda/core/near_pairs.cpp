#include "near_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace dda {

double distance_to_segment(Vec2 x, Vec2 p, Vec2 q) {
    const Vec2 e = q - p;
    const double t = std::clamp(dot(x - p, e) / dot(e, e), 0.0, 1.0);
    return norm(x - p - t * e);
}

namespace {

struct Entry {
    std::int64_t cell;
    int edge;
};

std::int64_t cell_of(std::int64_t ix, std::int64_t iy) {
    return (ix << 32) ^ (iy & 0xffffffff);
}

// The cells within `margin` of the segment p-q, column by column, so that a long edge costs its length, not its box.
void add_edge(std::vector<Entry>& entries, Vec2 p, Vec2 q, int edge, double cell, double margin) {
    if (p.x > q.x) std::swap(p, q);
    const auto index = [cell](double x) { return static_cast<std::int64_t>(std::floor(x / cell)); };
    const double slope = q.x > p.x ? (q.y - p.y) / (q.x - p.x) : 0.0;
    for (std::int64_t ix = index(p.x - margin); ix <= index(q.x + margin); ++ix) {
        // Part of the segment within a margin of this column.
        double low = std::min(p.y, q.y), high = std::max(p.y, q.y);
        if (q.x - p.x > cell) {
            const double y0 = p.y + slope * (std::clamp(ix * cell - margin, p.x, q.x) - p.x);
            const double y1 = p.y + slope * (std::clamp((ix + 1) * cell + margin, p.x, q.x) - p.x);
            low = std::min(y0, y1);
            high = std::max(y0, y1);
        }
        for (std::int64_t iy = index(low - margin); iy <= index(high + margin); ++iy)
            entries.push_back({cell_of(ix, iy), edge});
    }
}

// Cell size: the median edge, so that an edge meets a few cells and a cell a few edges.
double cell_size(const Blocks& b, double margin) {
    std::vector<double> length(b.position.size());
    for (std::size_t k = 0; k < length.size(); ++k) length[k] = norm(b.position[b.next[k]] - b.position[k]);
    const auto middle = length.begin() + static_cast<std::ptrdiff_t>(length.size() / 2);
    std::nth_element(length.begin(), middle, length.end());
    return std::max(*middle, 2.0 * margin);
}

}  // namespace

std::vector<NearPair> find_near_pairs(const Blocks& b, double margin) {
    std::vector<NearPair> pairs;
    if (b.position.empty()) return pairs;
    const double cell = cell_size(b, margin);
    std::vector<Entry> entries;
    const int vertices = static_cast<int>(b.position.size());
    for (int k = 0; k < vertices; ++k) add_edge(entries, b.position[k], b.position[b.next[k]], k, cell, margin);
    std::sort(entries.begin(), entries.end(),
              [](const Entry& l, const Entry& r) { return l.cell != r.cell ? l.cell < r.cell : l.edge < r.edge; });

    for (int v = 0; v < vertices; ++v) {
        const Vec2 x = b.position[v];
        const std::int64_t key = cell_of(static_cast<std::int64_t>(std::floor(x.x / cell)),
                                         static_cast<std::int64_t>(std::floor(x.y / cell)));
        auto it = std::lower_bound(entries.begin(), entries.end(), key,
                                   [](const Entry& e, std::int64_t k) { return e.cell < k; });
        for (; it != entries.end() && it->cell == key; ++it) {
            const int block = b.owner[v], other = b.owner[it->edge];
            if (block == other || (b.slot[block] < 0 && b.slot[other] < 0)) continue;
            if (distance_to_segment(x, b.position[it->edge], b.position[b.next[it->edge]]) <= margin)
                pairs.push_back({v, it->edge});
        }
    }
    return pairs;  // ascending: vertices in order, edges ascending within a cell
}

}  // namespace dda
