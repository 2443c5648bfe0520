// The model as plain numbers, and the joint laws, handed to Python field by field.
#include <nanobind/nanobind.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "bindings_vec2.hpp"
#include "joint_law.hpp"
#include "model_data.hpp"

namespace nb = nanobind;
using namespace dda;

namespace {

void bind_parts(nb::module_& m) {
    nb::class_<Table>(m, "Table")
        .def(nb::init<>())
        .def_rw("time", &Table::time)
        .def_rw("values", &Table::values)
        .def_rw("width", &Table::width)
        .def("at", &Table::at);
    nb::class_<MaterialData>(m, "MaterialData")
        .def(nb::init<>())
        .def_rw("density", &MaterialData::density)
        .def_rw("young", &MaterialData::young)
        .def_rw("poisson", &MaterialData::poisson)
        .def_rw("law", &MaterialData::law, nb::arg("law").none());
    nb::class_<BlockData>(m, "BlockData")
        .def(nb::init<>())
        .def_rw("vertices", &BlockData::vertices)
        .def_rw("edge_joint", &BlockData::edge_joint)
        .def_rw("material", &BlockData::material)
        .def_rw("group", &BlockData::group)
        .def_rw("fixed", &BlockData::fixed)
        .def_rw("velocity", &BlockData::velocity)
        .def_rw("stress", &BlockData::stress);
    nb::class_<JointData>(m, "JointData")
        .def(nb::init<>())
        .def_rw("law", &JointData::law)
        .def_rw("parameters", &JointData::parameters)
        .def_rw("reduction", &JointData::reduction)
        .def_rw("cohesion", &JointData::cohesion)
        .def_rw("tension", &JointData::tension)
        .def_rw("normal_stiffness", &JointData::normal_stiffness)
        .def_rw("restitution", &JointData::restitution)
        .def_rw("shear_stiffness", &JointData::shear_stiffness)
        .def_rw("temperature", &JointData::temperature);
    nb::class_<PairJoint>(m, "PairJoint")
        .def(nb::init<>())
        .def_rw("a", &PairJoint::a)
        .def_rw("b", &PairJoint::b)
        .def_rw("group_pair", &PairJoint::group_pair)
        .def_rw("joint", &PairJoint::joint);
}

void bind_loads(nb::module_& m) {
    nb::class_<PointLoad>(m, "PointLoad")
        .def(nb::init<>())
        .def_rw("block", &PointLoad::block)
        .def_rw("point", &PointLoad::point)
        .def_rw("force", &PointLoad::force)
        .def_rw("history", &PointLoad::history);
    nb::class_<EdgeTraction>(m, "EdgeTraction")
        .def(nb::init<>())
        .def_rw("block", &EdgeTraction::block)
        .def_rw("edge", &EdgeTraction::edge)
        .def_rw("traction", &EdgeTraction::traction)
        .def_rw("history", &EdgeTraction::history);
    nb::class_<HeldPoint>(m, "HeldPoint")
        .def(nb::init<>())
        .def_rw("block", &HeldPoint::block)
        .def_rw("point", &HeldPoint::point)
        .def_rw("stiffness", &HeldPoint::stiffness)
        .def_rw("history", &HeldPoint::history);
    nb::class_<FixedPoint>(m, "FixedPoint")
        .def(nb::init<>())
        .def_rw("block", &FixedPoint::block)
        .def_rw("point", &FixedPoint::point);
    nb::class_<Bolt>(m, "Bolt")
        .def(nb::init<>())
        .def_rw("a", &Bolt::a)
        .def_rw("b", &Bolt::b)
        .def_rw("point_a", &Bolt::point_a)
        .def_rw("point_b", &Bolt::point_b)
        .def_rw("stiffness", &Bolt::stiffness)
        .def_rw("pretension", &Bolt::pretension)
        .def_rw("strength", &Bolt::strength);
    nb::class_<ViscousEdge>(m, "ViscousEdge")
        .def(nb::init<>())
        .def_rw("block", &ViscousEdge::block)
        .def_rw("edge", &ViscousEdge::edge);
    nb::class_<MovedBlock>(m, "MovedBlock")
        .def(nb::init<>())
        .def_rw("block", &MovedBlock::block)
        .def_rw("history", &MovedBlock::history);
}

void bind_water(nb::module_& m) {
    nb::class_<WaterLevelData>(m, "WaterLevelData")
        .def(nb::init<>())
        .def_rw("level", &WaterLevelData::level)
        .def_rw("region", &WaterLevelData::region);
    nb::class_<PiezometricData>(m, "PiezometricData")
        .def(nb::init<>())
        .def_rw("joint", &PiezometricData::joint)
        .def_rw("x", &PiezometricData::x)
        .def_rw("h", &PiezometricData::h)
        .def_rw("offset", &PiezometricData::offset);
    nb::class_<WaterData>(m, "WaterData")
        .def(nb::init<>())
        .def_rw("unit_weight", &WaterData::unit_weight)
        .def_rw("levels", &WaterData::levels)
        .def_rw("piezometric", &WaterData::piezometric);
}

void bind_data(nb::module_& m) {
    nb::class_<ModelData>(m, "ModelData")
        .def(nb::init<>())
        .def_rw("gravity", &ModelData::gravity)
        .def_rw("plane_strain", &ModelData::plane_strain)
        .def_rw("materials", &ModelData::materials)
        .def_rw("blocks", &ModelData::blocks)
        .def_rw("joints", &ModelData::joints)
        .def_rw("joint_names", &ModelData::joint_names)
        .def_rw("named_joint", &ModelData::named_joint)
        .def_rw("pairs", &ModelData::pairs)
        .def_rw("point_loads", &ModelData::point_loads)
        .def_rw("tractions", &ModelData::tractions)
        .def_rw("held_points", &ModelData::held_points)
        .def_rw("fixed_points", &ModelData::fixed_points)
        .def_rw("bolts", &ModelData::bolts)
        .def_rw("viscous_edges", &ModelData::viscous_edges)
        .def_rw("base_acceleration", &ModelData::base_acceleration)
        .def_rw("moved_blocks", &ModelData::moved_blocks)
        .def_rw("water", &ModelData::water);
}

void bind_laws(nb::module_& m) {
    nb::class_<JointPoint>(m, "JointPoint")
        .def(nb::init<>())
        .def_rw("slip", &JointPoint::slip)
        .def_rw("speed", &JointPoint::speed)
        .def_rw("normal_stress", &JointPoint::normal_stress)
        .def_rw("temperature", &JointPoint::temperature)
        .def_rw("sliding", &JointPoint::sliding)
        .def_rw("state", &JointPoint::state)
        .def_rw("dt", &JointPoint::dt);
    nb::class_<Friction>(m, "Friction")
        .def_ro("mu", &Friction::mu)
        .def_ro("dmu_dslip", &Friction::dmu_dslip)
        .def_ro("dmu_dspeed", &Friction::dmu_dspeed)
        .def_ro("dmu_dnormal", &Friction::dmu_dnormal)
        .def_ro("state", &Friction::state);
    nb::class_<LawParameter>(m, "LawParameter")
        .def_ro("name", &LawParameter::name)
        .def_ro("unit", &LawParameter::unit)
        .def_ro("doc", &LawParameter::doc)
        .def_ro("list", &LawParameter::list);
    nb::class_<LawInfo>(m, "LawInfo")
        .def_ro("name", &LawInfo::name)
        .def_ro("doc", &LawInfo::doc)
        .def_ro("parameters", &LawInfo::parameters);
    nb::class_<JointLaw>(m, "JointLaw").def("evaluate", [](const JointLaw& law, const std::vector<JointPoint>& points) {
        std::vector<Friction> out(points.size());
        law.evaluate(points, out);
        return out;
    });
    m.def("joint_laws", [] { return std::vector<LawInfo>(joint_laws().begin(), joint_laws().end()); });
    m.def("make_joint_law", [](const std::string& name, const LawParameters& parameters, double reduction) {
        return reduced(make_joint_law(name, parameters), reduction);
    });
}

}  // namespace

void bind_load_probe(nb::module_& m);

void bind_model(nb::module_& m) {
    bind_parts(m);
    bind_loads(m);
    bind_water(m);
    bind_data(m);
    bind_laws(m);
    bind_load_probe(m);
}
