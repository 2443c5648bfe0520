// The line through which one corner would enter another.
//
// The corner cones A at a and B at b overlap exactly when the point a - b lies in the entrance cone B (+) (-A) (Shi
// 2015); its boundary lines are the edges of B at b (with vertex a) and the edges of A at a (with vertex b) that leave
// the other cone on their outer side. The corners are apart as long as any one of these lines separates them, so the
// gap is the largest of the gaps, and the contact takes the line that is last to be crossed in the motion expected of
// this step. Nothing is decided by an angle: nearly parallel edges give two candidate lines that coincide.
//
// Two straight vertices that are apart, and of which every line runs through the inside of the other, lie on faces that
// look the same way: they do not meet. (A cover divides faces; a tip that slides off past a straight face has both of
// its faces beside vertices of it.)
//
// Where a third block C lies face on face against one of the two, they are one solid at this place, whether they slide
// on each other or not: a face that is covered is no way in, and a line must leave the whole solid on its outer side.
// So a corner on the seam of two base blocks meets one smooth surface. If C lies against both, it goes with the one
// that it is tied to (both fixed, or bonded). Else it keeps the two apart until one has slid past it, and they need no
// contact of their own: a crosswise contact where four blocks meet would lock columns into each other that are free to
// slide.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "contact.hpp"
#include "corner.hpp"

namespace dda {

/// Tolerances of the narrow phase, relative to the smaller of the two blocks' sizes.
struct EntranceTolerances {
    double corner = 1e-6;  ///< gaps that differ by less count as equal
    double lip = 1e-3;     ///< corners closer than this are one place; a step in a face up to this height is climbed
    double depth = 0.1;    ///< a vertex deeper than this part of the block's thickness did not come through this edge
    double facing = 0.9;   ///< cosine between two faces of which one goes on where the other ends
};

/// Contacts sorted by (vertex, edge), found by their vertex.
class ContactIndex {
  public:
    ContactIndex(std::span<const Contact> contacts, std::size_t vertices);
    std::span<const Contact> of(int vertex) const {
        return contacts_.subspan(start_[vertex], start_[vertex + 1] - start_[vertex]);
    }
    int find(int vertex, int edge) const;  ///< or -1
    const Contact& operator[](int k) const { return contacts_[k]; }
    int number(const Contact& c) const { return static_cast<int>(&c - contacts_.data()); }

  private:
    std::span<const Contact> contacts_;
    std::vector<int> start_;
};

/// A vertex against the line of an edge.
struct Line {
    int vertex, edge;
};

/// How a block that lies face on face against another is held by it: not, by touch, by a bond or as both are fixed.
enum Hold { NONE, TOUCH, TIED };

class CornerEntrance {
  public:
    /// `expected`: the vertex positions expected at the end of the step.
    CornerEntrance(const Blocks& blocks, const ContactIndex& contacts, std::span<const Vec2> expected,
                   const EntranceTolerances& tolerances)
        : b_(blocks), contacts_(contacts), expected_(expected), tol_(tolerances) {}

    /// The contact that convex corners a and b make, or -1.
    int choose(int a, int b, double size, bool one_place) const;

  private:
    // A corner, what is one solid with it, and which of its two edges that covers.
    struct Solid {
        int vertex;
        Corner corner;
        bool out_covered = false, in_covered = false;
        std::vector<Corner> joined{};
    };
    struct Option {
        Line line;
        double separation;
    };
    bool one_solid(Solid& a, Solid& b, double lip) const;
    void gather(Solid& solid, const Solid& other, double lip) const;
    static void join(Solid& solid, const Corner& corner, bool covers_out, bool covers_in);
    Hold hold(int a, int b) const;
    int last_crossed(std::span<const Option> options, double admissible, double eps, double lip) const;
    static double separation_of(const Solid& s, Vec2 normal);

    const Blocks& b_;
    const ContactIndex& contacts_;
    std::span<const Vec2> expected_;
    EntranceTolerances tol_;
};

}  // namespace dda
