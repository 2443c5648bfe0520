// What Python hands to the core: the model as plain numbers. Filled by the bindings, read once by the simulation.
#pragma once

#include <array>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "joint_law.hpp"
#include "material_law.hpp"
#include "types.hpp"

namespace dda {

/// y at `at`, linear between the points (x increasing), constant outside. `y` starts at its first value and takes every
/// `stride`th.
double interpolate(std::span<const double> x, std::span<const double> y, double at, int stride = 1);

/// Piecewise linear history, constant outside its range; `values` has `width` columns.
struct Table {
    std::vector<double> time;    ///< s, increasing
    std::vector<double> values;  ///< row-major, time.size() x width
    int width = 1;
    bool empty() const { return time.empty(); }
    double at(double t, int column = 0) const { return interpolate(time, std::span(values).subspan(column), t, width); }
};

struct JointData {
    std::string law = "mohr-coulomb";
    LawParameters parameters;
    double reduction = 1.0;         ///< divides the law's friction coefficient [-]
    double cohesion = 0.0;          ///< Pa
    double tension = 0.0;           ///< Pa
    double normal_stiffness = 0.0;  ///< Pa/m, physical; 0 = rigid
    double shear_stiffness = 0.0;   ///< Pa/m, physical; 0 = rigid
    double restitution = 0.0;       ///< normal speed after an impact over that before [-]
    Table temperature;              ///< K over time; empty: 0, of laws that do not ask
};

struct BlockData {
    std::vector<Vec2> vertices;   ///< counter-clockwise [m]
    std::vector<int> edge_joint;  ///< index into ModelData::joint_names, -1 without
    int material = 0;
    int group = 0;
    bool fixed = false;
    std::array<double, 3> velocity{};  ///< vx, vy [m/s], omega [rad/s]
    std::array<double, 3> stress{};    ///< xx, yy, xy [Pa]
};

struct MaterialData {
    double density = 0.0, young = 0.0, poisson = 0.0;
    std::shared_ptr<MaterialLaw> law;  ///< in place of linear elasticity; null without
};

struct PairJoint {
    int a = 0, b = 0;  ///< block indices (group_pair false) or group indices (group_pair true)
    bool group_pair = false;
    int joint = 0;  ///< index into ModelData::joints
};

struct PointLoad {
    int block = 0;
    Vec2 point;     ///< reference geometry [m]
    Vec2 force;     ///< N/m
    Table history;  ///< factor; empty = 1
};

struct EdgeTraction {
    int block = 0, edge = 0;  ///< edge counted counter-clockwise from the block's first vertex
    Vec2 traction;            ///< Pa
    Table history;
};

struct HeldPoint {
    int block = 0;
    Vec2 point;
    double stiffness = 0.0;  ///< N/m
    Table history;           ///< ux, uy [m]; empty = held where it is
};

struct FixedPoint {
    int block = 0;
    Vec2 point;
};

struct Bolt {
    int a = 0, b = 0;
    Vec2 point_a, point_b;
    double stiffness = 0.0;                                     ///< axial, N/m
    double pretension = 0.0;                                    ///< N
    double strength = std::numeric_limits<double>::infinity();  ///< N
};

struct ViscousEdge {
    int block = 0, edge = 0;
};

struct MovedBlock {
    int block = 0;
    Table history;  ///< ux, uy [m]
};

struct WaterLevelData {
    Table level;               ///< y of the free surface [m]; one row = constant
    std::vector<Vec2> region;  ///< polygon where it acts; empty = everywhere
};

struct PiezometricData {
    int joint = 0;             ///< index into joint_names
    std::vector<double> x, h;  ///< line h_w(x) [m]
    Table offset;              ///< added to h [m]; empty = 0
};

struct WaterData {
    double unit_weight = 9810.0;  ///< N/m3
    std::vector<WaterLevelData> levels;
    std::vector<PiezometricData> piezometric;
    bool empty() const { return levels.empty() && piezometric.empty(); }
};

struct ModelData {
    Vec2 gravity{0.0, -9.81};
    bool plane_strain = true;
    std::vector<MaterialData> materials;
    std::vector<BlockData> blocks;
    std::vector<JointData> joints;         ///< joints[0] is the default joint
    std::vector<std::string> joint_names;  ///< names that edges carry
    std::vector<int> named_joint;          ///< joint of each name, index into `joints`; -1: no law of its own (default)
    std::vector<PairJoint> pairs;          ///< the first that fits rules a contact; pairs of blocks before groups
    std::vector<PointLoad> point_loads;
    std::vector<EdgeTraction> tractions;
    std::vector<HeldPoint> held_points;
    std::vector<FixedPoint> fixed_points;
    std::vector<Bolt> bolts;
    std::vector<ViscousEdge> viscous_edges;
    Table base_acceleration;  ///< ax, ay [m/s2]
    std::vector<MovedBlock> moved_blocks;
    WaterData water;
};

}  // namespace dda
