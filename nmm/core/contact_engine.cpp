#include "contact_engine.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "contact_commit.hpp"
#include "contact_problem.hpp"
#include "entrance.hpp"
#include "joint_friction.hpp"
#include "near_pairs.hpp"

namespace nmm {
namespace {

using dda::Contact;
using dda::ContactRow;
using dda::ContactState;

// As in dda: faces closer than this part of the smaller owner at the start are joined; a point may move this many times
// what its speed foretells, and always by this part of the smallest owner; a relaxation step by this one.
constexpr double TOUCHING = 1e-4, SPEED_SLACK = 2.0, REST_SLACK = 2e-3, STATIC_LIMIT = 0.01;
constexpr double PENETRATION_LIMIT = 1e-2;  // of the size: a step that leaves more is cut
constexpr double CONSERVING_ACCURACY = 0.01, STATIC_FACTOR = 3.0, STATIC_RECOVERY = 5.0;
constexpr double SOLVER_TOLERANCE = 1e-8;

// A body has many contacts on a face, and what one of them misses is to be small against its own face: gaps and creep
// are judged by the length that it carries; in relaxation, where renewing multipliers costs one back-substitution, this
// part of the tolerance of a step.
constexpr double STATIC_ACCURACY = 1e-4;
constexpr int MAX_OPEN_CLOSE = 60, STATIC_ITERATIONS = 2;

// Penalty over that of dda: a vertex of a fine face is stiffer than a block, and a direct solver does not mind.
constexpr double STIFFER = 30.0;

// Parts that make up a force scale, as in dda's force_scale.cpp.
constexpr double MOTION_PART = 1e-2, OTHERS_PART = 1e-3, STRAIN_NOISE = 1e-12;

// Of the smaller owner: vertices nearer than this coincide, as in dda's entrance; cosine of directions that are one.
constexpr double ONE_PLACE = 1e-3, SAME_DIRECTION = 0.9;

// Speeds below this part of the largest one are quiet: no impulse is looked for.
constexpr double QUIET = 1e-5;

// Change of the internal forces from one iteration to the next that counts as none: of the force scale, and of E times
// the size, what rounding leaves of strains.
constexpr double ELASTIC_TOLERANCE = 1e-8, ELASTIC_NOISE = 1e-13;

// Penalty of the impact problem over twice the reduced mass of the two owners [-].
constexpr double IMPACT_PENALTY = 5.0;

}  // namespace

ContactEngine::ContactEngine(Contours contours, const dda::ModelData& joints, std::string_view scheme, double penalty,
                             double dt)
    : contours_(std::move(contours)), joints_(joints), scheme_(dda::find_scheme(scheme)), dt_(dt) {
    if (scheme_.inequalities) options_ = dda::inequality_options();
    options_.stiffness = penalty;
    options_.factor *= STIFFER;
    options_.elastic_impact = scheme_.contact_springs;
    smallest_ = INFINITY;
    const dda::Blocks& b = contours_.blocks;
    for (int i = 0; i < b.count(); ++i)
        if (b.slot[i] >= 0) smallest_ = std::min(smallest_, b.size[i]);
    if (!std::isfinite(smallest_)) smallest_ = 1.0;
}

/// At rest forces are those of the end, and contacts are held by multipliers, whatever the scheme.
dda::Scheme ContactEngine::scheme_of(bool is_static) const {
    dda::Scheme scheme = scheme_;
    if (is_static) {
        scheme.theta = 1.0;
        scheme.contact_springs = false;
    }
    return scheme;
}

void ContactEngine::place(std::span<const double> u) {
    for (int k = 0; k < contours_.vertices(); ++k)
        contours_.blocks.position[k] = contours_.reference[k] + contours_.displacement(k, u);
}

/// Near pairs, with the contacts that live on; edges that meet at a vertex are no pair.
void ContactEngine::find_contacts(double reach) {
    const dda::Blocks& b = contours_.blocks;
    std::vector<Contact> fresh;
    std::size_t k = 0;
    for (const dda::NearPair& p : find_near_pairs(b, reach)) {
        if (p.edge == p.vertex || b.next[p.edge] == p.vertex) continue;
        while (k < contacts_.size() && dda::NearPair{contacts_[k].vertex, contacts_[k].edge} < p) ++k;
        const bool known = k < contacts_.size() && dda::NearPair{contacts_[k].vertex, contacts_[k].edge} == p;
        Contact c;
        c.vertex = p.vertex;
        c.edge = p.edge;
        fresh.push_back(known ? contacts_[k] : c);
    }
    contacts_ = std::move(fresh);
}

void ContactEngine::resolve_joint(Contact& c) {
    c.joint = joints_.resolve(contours_.blocks, facing_edge(contours_.blocks, c.vertex, c.edge), c.edge);
    c.length = contact_length(contours_, c.vertex, c.edge);
}

/// Faces of many short edges that lie on each other have several near pairs where two vertices coincide; one is enough
/// for each direction, a closed one if there is one. Beyond the end of an edge a vertex that touches elsewhere in the
/// same direction needs no contact.
std::vector<int> ContactEngine::once(const std::vector<int>& candidates) {
    const dda::Blocks& b = contours_.blocks;
    std::map<std::pair<int, int>, std::vector<int>> at;  // of two vertices that coincide
    std::vector<std::pair<int, Vec2>> touching;          // vertices on a face, and its normal
    std::vector<char> kept(contacts_.size(), 1);
    std::vector<int> beyond;
    for (const int k : candidates) {
        const Contact& c = contacts_[k];
        const dda::EdgeFrame f = dda::edge_frame(b, c.edge);
        const double s = c.along * f.length;
        const double lip = ONE_PLACE * std::min(b.size[b.owner[c.vertex]], b.size[b.owner[c.edge]]);
        if (s < -lip || s > f.length + lip) {
            beyond.push_back(k);
            continue;
        }
        touching.emplace_back(c.vertex, f.normal);
        if (s > lip && f.length - s > lip) continue;
        const int other = s <= lip ? c.edge : b.next[c.edge];
        touching.emplace_back(other, f.normal);
        std::vector<int>& here = at[std::minmax(c.vertex, other)];
        for (int& before : here) {
            if (std::abs(dot(dda::edge_frame(b, contacts_[before].edge).normal, f.normal)) < SAME_DIRECTION) continue;
            const bool better = c.closed() && !contacts_[before].closed();
            kept[better ? before : k] = 0;
            if (better) before = k;
            break;
        }
        if (kept[k] && std::find(here.begin(), here.end(), k) == here.end()) here.push_back(k);
    }
    std::sort(touching.begin(), touching.end(), [](const auto& l, const auto& r) { return l.first < r.first; });
    for (const int k : beyond) {
        const Contact& c = contacts_[k];
        const Vec2 n = dda::edge_frame(b, c.edge).normal;
        auto it = std::lower_bound(touching.begin(), touching.end(), c.vertex,
                                   [](const auto& entry, int vertex) { return entry.first < vertex; });
        for (; it != touching.end() && it->first == c.vertex; ++it)
            if (std::abs(dot(it->second, n)) >= SAME_DIRECTION) kept[k] = 0;
    }
    std::vector<int> out;
    for (const int k : candidates) {
        if (kept[k]) {
            out.push_back(k);
        } else {
            contacts_[k].present = false;
            contacts_[k].state = ContactState::open;
            contacts_[k].bonded = false;
            contacts_[k].normal = contacts_[k].shear = 0.0;
        }
    }
    return out;
}

void ContactEngine::initialise(std::span<const double> u, std::span<const double> v) {
    place(u);
    find_contacts(2.0 * TOUCHING * smallest_ + REST_SLACK * smallest_);
    const std::vector<Vec2> expected = contours_.blocks.position;
    for (const int k : once(select_candidates(contours_.blocks, contacts_, expected, TOUCHING * smallest_))) {
        Contact& c = contacts_[k];
        resolve_joint(c);
        c.anchor = c.along;
        c.bonded = c.length > 0.0;
        // Faces that start with a sliding speed slide; all others are locked. Those that do not hit each other rest.
        Stencil s = make_stencil(contours_, c.vertex, c.edge, c.along);
        set_directions(s, c, v, 0.0);
        c.speed = std::abs(dot(s.t, s.apart(v)));
        c.closed_for = dot(s.n, s.apart(v)) < 0.0 ? 0.0 : INFINITY;
        c.state = c.speed <= 1e-9 * smallest_ ? ContactState::locked : ContactState::sliding;
    }
}

/// Directions of a contact where its edge is after the part of the displacement d.
void ContactEngine::set_directions(Stencil& s, const Contact& c, std::span<const double> d, double part) const {
    const dda::Blocks& b = contours_.blocks;
    const int end = b.next[c.edge];
    Vec2 p = b.position[c.edge], q = b.position[end];
    if (part != 0.0) {
        p = p + part * contours_.displacement(c.edge, d);
        q = q + part * contours_.displacement(end, d);
    }
    const dda::EdgeFrame f = dda::edge_frame(p, q);
    s.n = f.normal;
    s.t = f.tangent;
}

void ContactEngine::set_scales(const StepInput& in) {
    const dda::Blocks& b = contours_.blocks;
    std::vector<double> speed(b.count(), 0.0);
    for (int k = 0; k < contours_.vertices(); ++k)
        speed[b.owner[k]] = std::max(speed[b.owner[k]], norm(contours_.displacement(k, in.v)));
    force_scale_.assign(b.count(), 0.0);
    double most = 0.0, force = 0.0, mass = 0.0;
    for (int i = 0; i < b.count(); ++i) {
        if (b.slot[i] < 0) continue;
        force_scale_[i] = std::max({in.load[i], MOTION_PART * b.mass[i] * speed[i] * speed[i] / b.size[i],
                                    STRAIN_NOISE * b.elasticity(i).young * b.size[i]});
        most = std::max(most, force_scale_[i]);
    }
    for (int i = 0; i < b.count(); ++i) {
        if (b.slot[i] < 0) continue;
        force_scale_[i] = std::max({force_scale_[i], OTHERS_PART * most, b.mass[i] * norm(in.gravity)});
        force += force_scale_[i];
        mass += b.mass[i];
    }
    acceleration_ = mass > 0.0 ? force / mass : 1.0;
}

StepOutput ContactEngine::attempt(const BaseMatrix& A, const StepInput& in) {
    StepOutput out;
    place(in.u);
    const dda::Blocks& b = contours_.blocks;
    const int vertices = contours_.vertices();
    std::vector<Vec2> expected = b.position;
    double foretold = 0.0;
    if (!in.is_static)
        for (int k = 0; k < vertices; ++k) {
            if (b.slot[b.owner[k]] < 0) continue;
            const Vec2 step = in.h * contours_.displacement(k, in.v);
            expected[k] = expected[k] + step + (0.5 * in.h * in.h) * in.gravity;
            foretold = std::max(foretold, norm(step));
        }
    const double allowed =
        in.is_static ? STATIC_LIMIT * smallest_
                     : SPEED_SLACK * (foretold + 0.5 * norm(in.gravity) * in.h * in.h) + REST_SLACK * smallest_;
    find_contacts(2.0 * allowed);
    const std::vector<int> candidates = once(select_candidates(b, contacts_, expected, 2.0 * allowed));
    for (const int k : candidates) resolve_joint(contacts_[k]);
    set_scales(in);

    dda::ContactOptions options = options_;
    options.stuck = in.stuck;
    options.recovery_speed = acceleration_ * dt_;
    options.foresight = 0.0;  // tried on blocks only
    if (scheme_.contact_springs) options.force_tolerance *= CONSERVING_ACCURACY;
    if (in.is_static) {
        options.recovery = 1.0;
        options.recovery_speed = STATIC_RECOVERY * acceleration_ * in.h;
        options.factor *= STATIC_FACTOR;
        options.gap_tolerance *= STATIC_ACCURACY;
    }
    const dda::Scheme scheme = scheme_of(in.is_static);
    options.elastic_impact = scheme.contact_springs;
    rows_ = make_rows(b, contacts_, candidates, {}, joints_, options, in.h, force_scale_, acceleration_);
    stencils_.clear();
    std::vector<double> speed, slip;
    for (ContactRow& r : rows_) {
        const Contact& c = contacts_[r.contact];
        if (c.length > 0.0 && c.length < r.size) r.size = c.length;
        r.forgivable = 0.0;  // no pile of rigid motions that hold each other: bodies deform
        if (r.forgiven) r.forgiven = false, r.target = 0.0;
        stencils_.push_back(make_stencil(contours_, c.vertex, c.edge, c.along));
        Stencil& s = stencils_.back();
        set_directions(s, c, in.v, in.is_static ? 0.0 : 0.5 * in.h);
        speed.push_back(dot(dda::edge_frame(b, c.edge).tangent, s.apart(in.v)));
        slip.push_back(surface_slip(b, c));
    }
    read_joint_laws(rows_, contacts_, joints_, speed, slip, in.time, in.h);

    double noise = 0.0, scale = 0.0;
    for (int i = 0; i < b.count(); ++i) {
        if (b.slot[i] < 0) continue;
        noise = std::max(noise, ELASTIC_NOISE * b.elasticity(i).young * b.size[i]);
        scale = std::max(scale, ELASTIC_TOLERANCE * force_scale_[i]);
    }
    StepProblem problem(step_matrix_, A, contours_, contacts_, rows_, stencils_, in.b,
                        {in.large, std::max(noise, scale)});
    problem.guess(in.v, in.is_static ? 0.0 : in.h);
    const int most = (in.is_static ? STATIC_ITERATIONS : 1) * MAX_OPEN_CLOSE;
    const dda::OpenCloseReport report = open_close(problem, std::span(rows_), scheme, options, SOLVER_TOLERANCE, most);
    out.failure = report.failure;
    out.open_close = report.iterations;
    out.solver_iterations = problem.solver_iterations;
    out.loose = report.loose;
    out.residual = report.residual;
    out.candidates = static_cast<int>(candidates.size());
    if (!out.failure.empty()) return out;
    out.d = problem.displacement();
    beyond_ = problem.beyond();
    for (int k = 0; k < vertices; ++k) out.motion = std::max(out.motion, norm(contours_.displacement(k, out.d)));
    if (out.motion > allowed) out.failure = "a point moved further than its speed foretold";
    for (const ContactRow& r : rows_) {
        if (r.state == ContactState::open || normal_spring(r, scheme)) continue;
        ++out.closed;
        out.missed = std::max(out.missed, std::abs(r.target - r.gap) / r.size);
        out.penetration = std::max(out.penetration, -r.gap / r.size);
    }
    if (out.missed > PENETRATION_LIMIT) out.failure = "contacts penetrate";
    return out;
}

std::vector<double> ContactEngine::commit(const BaseMatrix& M, std::span<const double> d, std::span<const double> shift,
                                          std::span<const double> v, double h, bool is_static) {
    const dda::Scheme scheme = scheme_of(is_static);
    booked_ = {};
    double stored = 0.0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        ContactRow& r = rows_[i];
        Contact& c = contacts_[r.contact];
        const Vec2 apart = stencils_[i].apart(d);
        book_row(booked_, r, dot(stencils_[i].n, apart) + beyond_[i].x, dot(stencils_[i].t, apart) + beyond_[i].y, 0.0,
                 0.0, {c.closed(), c.state == ContactState::bonded}, scheme);
        stored += renew_contact(c, r, dda::edge_frame(contours_.blocks, c.edge).length, scheme, h);
    }
    for (Contact& c : contacts_)
        if (!c.present) c.speed = c.closed_for = c.drag = 0.0;
    add_surface_slip(contours_.blocks, contacts_, rows_);
    booked_.contact = stored;
    std::vector<double> after(v.begin(), v.end());
    if (is_static) return after;

    // Impact: M (w - v) = G^T (P - p h), 0 <= P_n _|_ G_n w >= 0, |P_t| <= mu P_n, P the impulse of the whole step.
    std::vector<ContactRow> impacts;
    std::vector<Stencil> stencils;
    double violated = 0.0, fastest = 0.0;
    for (int k = 0; k < contours_.vertices(); ++k) fastest = std::max(fastest, norm(contours_.displacement(k, v)));
    std::vector<double> b(v.size());
    M.full().multiply(v, b);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const ContactRow& r = rows_[i];
        if (r.state == ContactState::open || normal_spring(r, scheme)) continue;
        Stencil s = stencils_[i];
        set_directions(s, contacts_[r.contact], shift, 1.0);
        const Vec2 apart = s.apart(v);
        const double vn = std::abs(dot(s.n, apart)), vt = dot(s.t, apart);
        const double resisted = r.state == ContactState::sliding ? vt * (r.shear > 0.0 ? 1.0 : -1.0) : std::abs(vt);
        violated = std::max({violated, vn, tangential_spring(r, scheme) ? 0.0 : resisted});
        impacts.push_back(impact_row(r, h, IMPACT_PENALTY, tangential_spring(r, scheme)));
        s.add_force(-r.used_n * h, tangential_spring(r, scheme) ? 0.0 : -r.used_t * h, b);
        stencils.push_back(std::move(s));
    }
    if (violated <= QUIET * (fastest + acceleration_ * dt_)) return after;
    ImpactProblem problem(impact_matrix_, M, impacts, stencils, b);
    problem.guess(v, 1.0);
    dda::ContactOptions options = options_;
    options.recovery = 0.0;
    const dda::OpenCloseReport report =
        open_close(problem, std::span(impacts), scheme, options, SOLVER_TOLERANCE, MAX_OPEN_CLOSE);
    return report.failure.empty() ? problem.displacement() : after;  // what is left goes into the next step
}

std::vector<double> ContactEngine::save() const {
    std::vector<double> s{static_cast<double>(contacts_.size())};
    for (const Contact& c : contacts_)
        s.insert(s.end(), {double(c.vertex), double(c.edge), double(c.joint), double(c.state), double(c.present),
                           double(c.bonded), double(c.forgiven), c.normal, c.shear, c.anchor, double(c.sprung), c.rest,
                           c.closed_for, c.drag, c.gap, c.along, c.length, c.speed, c.law_state});
    s.insert(s.end(), contours_.blocks.slip.begin(), contours_.blocks.slip.end());
    return s;
}

void ContactEngine::load(std::span<const double> s) {
    constexpr std::size_t WIDTH = 19;
    const bool counted = !s.empty() && s[0] >= 0.0 && s[0] <= static_cast<double>(s.size());
    const std::size_t n = counted ? static_cast<std::size_t>(s[0]) : 0;
    if (!counted || s.size() != 1 + WIDTH * n + contours_.blocks.slip.size())
        throw std::invalid_argument("not the contacts of this model");
    contacts_.assign(n, {});
    std::size_t at = 1;
    for (Contact& c : contacts_) {
        const double* x = &s[at];
        c = {int(x[0]),    int(x[1]),   int(x[2]),   ContactState(int(x[3])),
             x[4] != 0.0,  x[5] != 0.0, x[6] != 0.0, x[7],
             x[8],         0.0,         0.0,         x[9],
             x[10] != 0.0, x[11],       x[12],       x[13],
             x[14],        x[15],       x[16],       x[17],
             x[18]};
        at += WIDTH;
    }
    std::copy(s.begin() + static_cast<std::ptrdiff_t>(at), s.end(), contours_.blocks.slip.begin());
}

}  // namespace nmm
