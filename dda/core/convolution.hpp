// The convolution of the boundaries of b and -a, a closed curve that bounds the entrance block E = B (+) (-A).
//
// Walk around both polygons at once, turning steadily: at a vertex of one, go along every edge of the other whose
// direction lies within the turn (backwards where the turn is clockwise, at a concave vertex). The winding number of
// this curve about t is the number of pieces that a + t and b have in common (Guibas, Ramshaw & Stolfi 1983), whatever
// the shape of the two: t lies in the entrance block, and the interiors overlap, where it is not zero.
#pragma once

#include <span>
#include <vector>

#include "types.hpp"

namespace dda {

class Convolution {
  public:
    /// Counter-clockwise simple polygons.
    Convolution(std::span<const Vec2> a, std::span<const Vec2> b);
    int winding(Vec2 t) const;

  private:
    struct Segment {
        Vec2 start, end;
    };
    std::vector<Segment> segments_;
};

}  // namespace dda
