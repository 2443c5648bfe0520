// Rock bolts: an axial spring between two material points, N = P + k (L - L0), that breaks when N exceeds its strength.
//
// L0 is the length at installation and P the pretension. Seen from end b, with n the unit vector from a to b, the force
// is -N n and answers to a relative displacement w of the ends by
//   -(k n n^T + N / L (1 - n n^T)) w,
// an axial row and, under tension, a transverse row with the geometric stiffness N / L (left out under compression,
// where it is negative). A bolt carries compression too. Breaking is judged at the end of a step.
#pragma once

#include "load.hpp"
#include "material_point.hpp"

namespace dda {

class Bolts final : public SpringLoad {
  public:
    Bolts(const ModelData& model, const Blocks& blocks);
    void add_rows(const LoadContext& context, std::vector<Row>& rows) const override;
    void commit(const LoadContext& context, std::span<const Vec6> d, LoadEnergy& energy) override;
    std::vector<double> save() const override;
    RecordLayout layout() const override { return {.size = 9, .blocks = {0, 3}}; }
    void load(std::span<const double> records) override;

  private:
    struct Member {
        MaterialPoint a, b;
        double stiffness = 0.0, pretension = 0.0, strength = 0.0;  ///< N/m, N, N
        double length0 = 0.0;                                      ///< at installation [m]
        bool broken = false;
        bool tensioned = false;  ///< the energy of the pretension is booked

        double tension(double length) const { return pretension + stiffness * (length - length0); }
    };
    /// The rows of one bolt, axial and transverse, and its tension at the start of the step.
    struct State {
        double tension = 0.0, length = 0.0;
        std::array<Row, 2> row;
        std::array<double, 2> stiffness{};  ///< k and N / L [N/m]
        std::array<double, 2> moved{};      ///< parts of q that prescribed motion of fixed blocks makes [m]
    };
    static State state(const Member& m, const LoadContext& context);
    std::vector<Member> members_;
};

}  // namespace dda
