#include "region.hpp"

namespace dda {

bool in_region(const std::vector<Vec2>& polygon, Vec2 x) {
    if (polygon.empty()) return true;
    bool inside = false;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const Vec2 p = polygon[i], q = polygon[j];
        if ((p.y > x.y) != (q.y > x.y) && x.x < p.x + (x.y - p.y) / (q.y - p.y) * (q.x - p.x)) inside = !inside;
    }
    return inside;
}

void add_crossings(const std::vector<Vec2>& polygon, const Edge& edge, std::vector<double>& fractions) {
    const Vec2 e = edge.end - edge.start;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const Vec2 p = polygon[j], f = polygon[i] - p;
        const double det = cross(e, f);
        if (det == 0.0) continue;  // parallel: its neighbours bring the crossings
        const double s = cross(p - edge.start, f) / det, t = cross(p - edge.start, e) / det;
        if (s > 0.0 && s < 1.0 && t >= 0.0 && t <= 1.0) fractions.push_back(s);
    }
}

}  // namespace dda
