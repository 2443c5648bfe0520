// The blocks of a run: geometry, motion and stress, one entry a block or a vertex, in the order they were added.
//
// Kinematics (Shi 1988): within a step the point x of a block with centroid c moves by u(x) = T(x - c) d,
//     T(X, Y) = | 1 0 -Y  X  0  Y/2 |        d = (u0, v0, r0, ex, ey, gxy)
//               | 0 1  X  0  Y  X/2 |
// and the geometry is then updated by x <- c + (u0, v0) + R(r0) (I + eps) (x - c) with the exact rotation R(r0).
// A block is affine, so its shape is its reference shape under one deformation gradient F: x = c + F X.
//
// Elasticity is a function of F, so that nothing drifts with rotation: with F = R U (polar), the Biot strain
// eps = U - 1 and the Biot stress T = T_0 + D eps in the block's own frame store the energy A (T_0 . eps + eps . D eps
// / 2). Its variation under dF = E F is A tau : E with tau = R sym(T U) R^T, the internal force; what users read is the
// engineering stress R T R^T (force over the undeformed face). A law that is not linear gives T = T_0 + sigma(eps) and
// its tangent; its energy is the work sigma . d eps of all steps, each along a straight path, less what its state says
// that it dissipated. A law with a state also takes T_0 as its own stress: it may bring it to yield.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "material_law.hpp"
#include "model_data.hpp"
#include "types.hpp"

namespace dda {

/// Elastic constants and density of one material; `D` maps (ex, ey, gxy) to (sxx, syy, sxy) [Pa].
struct Elasticity {
    double density = 0.0;  ///< kg/m3
    double young = 0.0;    ///< Pa
    double poisson = 0.0;
    bool plane_strain = true;
    std::array<double, 9> D{};               ///< row-major 3x3 [Pa]
    std::array<double, 3> D_zz{};            ///< szz = D_zz . (ex, ey, gxy) [Pa]; zero in plane stress
    double p_wave_modulus = 0.0;             ///< rho c_p^2 [Pa]
    double shear_modulus = 0.0;              ///< rho c_s^2 [Pa]
    std::shared_ptr<const MaterialLaw> law;  ///< of Biot strain, in place of D; null: linear
    int states = 0;                          ///< of the law
    int work = -1;                           ///< the state that is what it dissipated [J/m3]; -1: none
};

/// Most states that the law of a block may have.
inline constexpr int MEMORY = 12;
using Memory = std::array<double, MEMORY>;

Elasticity make_elasticity(double density, double young, double poisson, bool plane_strain);

struct Blocks {
    // One entry a block.
    std::vector<int> first;                     ///< offset of the first vertex; n + 1 entries
    std::vector<int> slot;                      ///< position among the moving blocks, or -1 for a fixed block
    std::vector<int> group;                     ///< index of the group name
    std::vector<int> material;                  ///< index into `materials`
    std::vector<double> mass;                   ///< kg per metre of thickness, constant over the run
    std::vector<double> area;                   ///< reference area [m2]
    std::vector<double> size;                   ///< square root of the reference area [m]
    std::vector<double> depth;                  ///< twice the area over the perimeter: how thick the block is [m]
    std::vector<Vec2> centre;                   ///< centroid now [m]
    std::vector<std::array<double, 4>> F;       ///< deformation gradient since the start, row-major
    std::vector<std::array<double, 3>> moment;  ///< rho * (Sxx, Sxy, Syy) about the centroid, reference frame [kg m]
    std::vector<Vec6> velocity;                 ///< time derivative of d [m/s, m/s, rad/s, 1/s, 1/s, 1/s]
    std::vector<std::array<double, 3>> initial_stress;  ///< T_0, block frame [Pa]
    std::vector<std::array<double, 3>> own_strain;      ///< Biot strain (xx, yy, 2 xy), block frame
    std::vector<std::array<double, 3>> stress;          ///< (xx, yy, xy) [Pa], tension positive, global frame
    std::vector<std::array<double, 3>> internal;        ///< tau (xx, yy, xy) [Pa], global frame
    std::vector<std::array<double, 3>> strain;          ///< Biot strain (xx, yy, 2 xy), global frame
    std::vector<std::array<double, 9>> tangent;         ///< dT / d eps of laws that are not linear, global frame [Pa]
    std::vector<Memory> memory;                         ///< state of the law
    std::vector<double> strain_energy;                  ///< J per metre of thickness
    std::vector<double> stress_zz;                      ///< [Pa]
    std::vector<Vec2> displacement;                     ///< of the centroid since the start [m]
    std::vector<double> rotation;                       ///< since the start [rad], counter-clockwise

    // One entry a vertex; vertices of a block run counter-clockwise; edge k joins vertex k to next[k].
    std::vector<Vec2> reference;  ///< relative to the block's initial centroid [m]
    std::vector<Vec2> position;   ///< now [m]
    std::vector<int> next;
    std::vector<int> previous;
    std::vector<int> owner;       ///< block of the vertex
    std::vector<int> edge_joint;  ///< joint name index of the edge, -1 without a name
    std::vector<double> slip;  ///< accumulated slip of the surface [m]: 2 k at the start of edge k, 2 k + 1 at its end
    std::vector<char> convex;  ///< interior angle below 180 degrees

    std::vector<Elasticity> materials;
    int moving = 0;   ///< number of blocks with unknowns
    double dt = 0.0;  ///< of the step that is being made, 0 at rest [s]: what laws with a rate are asked with

    int count() const { return static_cast<int>(slot.size()); }
    const Elasticity& elasticity(int block) const { return materials[material[block]]; }
    bool remembers(int block) const { return elasticity(block).states > 0; }

    /// What the law has dissipated [J per metre of thickness].
    double dissipated(int block) const {
        const int work = elasticity(block).work;
        return work < 0 ? 0.0 : area[block] * memory[block][work];
    }

    /// The point X (relative to the initial centroid) where it is now [m].
    Vec2 place(int block, Vec2 X) const {
        const auto& f = F[block];
        return {centre[block].x + f[0] * X.x + f[1] * X.y, centre[block].y + f[2] * X.x + f[3] * X.y};
    }
};

/// Row of T at point x (now) of a block, in direction n: n . u(x) = row . d.
inline Vec6 shape_row(Vec2 relative, Vec2 n) {
    const double X = relative.x, Y = relative.y;
    return {n.x, n.y, n.y * X - n.x * Y, n.x * X, n.y * Y, 0.5 * (n.x * Y + n.y * X)};
}
inline Vec6 shape_row(const Blocks& b, int block, Vec2 x, Vec2 n) {
    return shape_row(x - b.centre[block], n);
}

/// Generalised mass M = rho * integral of T^T T over the block, at its present orientation [kg, kg m2 ...].
Mat6 mass_matrix(const Blocks& b, int block);

/// The affine map of one step, x -> c + (u0, v0) + R(r0) (I + eps) (x - c).
struct StepMap {
    Vec2 centre, shift;
    std::array<double, 4> A{1, 0, 0, 1};
    Vec2 operator()(Vec2 x) const {
        const Vec2 X = x - centre;
        return {centre.x + shift.x + A[0] * X.x + A[1] * X.y, centre.y + shift.y + A[2] * X.x + A[3] * X.y};
    }
};
StepMap step_map(Vec2 centre, const Vec6& d);

/// The energy that the block would store under the map of a step [J/m].
double strain_energy_after(const Blocks& b, int block, const StepMap& map);

/// d tau / d eps at the present state, row-major 3x3 [Pa]: D + D S_e + S_e^T D + S_T, with S_e and S_T the maps
/// E -> sym(e E) and E -> sym(T E); to first order in the strain e, and with it second order within a step.
std::array<double, 9> elastic_tangent(const Blocks& b, int block);

/// Internal force and tangent of a law with a state under a part `theta` of the strain of d, in the frame of now.
struct LawForce {
    std::array<double, 3> tau;      ///< (xx, yy, xy) [Pa]
    std::array<double, 9> tangent;  ///< d tau / d eps, symmetric part, row-major [Pa]
};
LawForce law_force(const Blocks& b, int block, const Vec6& d, double theta);

/// Blocks from the model: exact simplex integrals, everything at rest but for the initial velocities.
Blocks make_blocks(const ModelData& model);

/// Stress, strain, energy and tangent of a block from its deformation gradient.
void update_stress(Blocks& b, int block);

/// After F, stress and energy were set by hand: what a law that is not linear keeps beside them.
void restore_law(Blocks& b, int block);

/// The block is strained beyond what its law was taught.
bool untrusted(const Blocks& b, int block);

/// Move a block by d: vertices, F, displacement, rotation; stress and velocity turned with it.
void move_block(Blocks& b, int block, const Vec6& d);

}  // namespace dda
