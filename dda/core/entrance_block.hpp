// The entrance block of two polygons (Shi 2015), convex or not: E = B (+) (-A) = {t : a + t meets b}, all translations
// t of a at which the two have a point in common. They are apart or in overlap as the origin lies outside or inside E.
//
// Its boundary is made of entrance lines: a convex vertex of one polygon on an edge of the other that leaves the
// vertex's whole cone on its outer side (corner.hpp). Of convex polygons all of them are boundary; where one is
// concave, parts of the lines lie inside E. A part is free if the interiors of a + t and b do not overlap there. That
// is asked of a shrunk by a hair, so that where a fits exactly into a slot of b (a slit in E) it does not overlap
// either.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "convolution.hpp"
#include "types.hpp"

namespace dda {

/// The translations of a at which a vertex lies on an edge.
struct EntranceLine {
    Vec2 start, end;
    Vec2 out;     ///< unit normal out of the entrance block: the way in which a leaves b
    Vec2 vertex;  ///< of a or of b, in its place
    bool of_a;    ///< the vertex is a's

    Vec2 at(double u) const { return start + u * (end - start); }
    /// Where on the line the foot of the origin is, 0 at the start, 1 at the end.
    double foot() const { return -dot(start, end - start) / dot(end - start, end - start); }
    /// The point of a, in its place, that touches b after the translation t.
    Vec2 point_a(Vec2 t) const { return of_a ? vertex : vertex - t; }
};

/// The point on the boundary of the entrance block that is nearest to the origin.
struct BoundaryPoint {
    Vec2 t;
    double distance = INFINITY;  ///< from the origin
    int line = -1;               ///< it lies on this line
    bool foot = false;           ///< and is the foot of the origin there, else the end of the line or of its free part
    int crossing = -1;           ///< the line that ends the free part there
    bool inside = false;         ///< the origin lies inside: overlap
};

class EntranceBlock {
  public:
    /// Counter-clockwise simple polygons.
    EntranceBlock(std::span<const Vec2> a, std::span<const Vec2> b);

    std::span<const EntranceLine> lines() const { return lines_; }
    /// Points closer than this are one, and what is thinner is not seen [m].
    double resolution() const { return resolution_; }
    BoundaryPoint nearest() const;

  private:
    struct Cut {
        double u;
        int line;  // that crosses here, -1 at an end
    };
    void add_lines(std::span<const Vec2> vertices, std::span<const Vec2> edges, bool of_a);
    BoundaryPoint nearest_of_lines() const;
    BoundaryPoint nearest_of_free_parts() const;
    void search_free_parts(int line, BoundaryPoint& best) const;
    std::vector<Cut> cuts_of(int line) const;

    double resolution_;
    Convolution convolution_, shrunk_;  // of a, and of a shrunk by the resolution
    std::vector<EntranceLine> lines_;
    bool convex_ = true;
};

}  // namespace dda
