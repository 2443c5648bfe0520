#include "part.hpp"

#include <algorithm>
#include <cmath>

#include "archive.hpp"
#include "near_boxes.hpp"

namespace dda {
namespace {

Box box_of(const Blocks& b, int block) {
    Box box{INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int v = b.first[block]; v < b.first[block + 1]; ++v) {
        const Vec2 x = b.position[v];
        box = {std::min(box[0], x.x), std::min(box[1], x.y), std::max(box[2], x.x), std::max(box[3], x.y)};
    }
    return box;
}

// Sorted numbers of the blocks of which one rank has to know: its own, and all near one of them that moves.
std::vector<int> blocks_around(const Blocks& b, std::span<const int> owner, int rank, double margin, double size) {
    std::vector<Box> boxes, own;
    for (int i = 0; i < b.count(); ++i) {
        boxes.push_back(box_of(b, i));
        if (owner[i] == rank && b.slot[i] >= 0) own.push_back(boxes.back());
    }
    const std::vector<char> is_near = near_any(own, boxes, margin, size);
    std::vector<int> found;
    for (int i = 0; i < b.count(); ++i)
        if (owner[i] == rank || is_near[i]) found.push_back(i);
    return found;
}

template <class Item, class Keep>
void keep(std::vector<Item>& items, Keep keep_it) {
    std::erase_if(items, [&](Item& item) { return !keep_it(item); });
}

// The counts of a run with the seconds of this rank.
Totals counts(Totals of, const Totals& here) {
    of.contact_seconds = here.contact_seconds, of.assembly_seconds = here.assembly_seconds;
    of.solve_seconds = here.solve_seconds, of.other_seconds = here.other_seconds;
    return of;
}

}  // namespace

void Part::add(Ledger& sum, const Ledger& l) {
    sum = {sum.kinetic + l.kinetic,   sum.strain + l.strain,     sum.potential + l.potential, sum.contact + l.contact,
           sum.friction + l.friction, sum.breakage + l.breakage, sum.impact + l.impact,       sum.external + l.external,
           sum.scheme + l.scheme,     sum.held + l.held};
}

ModelData Part::model_of(const Simulation& whole, const Share& share, std::span<const int> place, int rank) {
    const ModelData& all = whole.model_;
    ModelData m;
    m.gravity = all.gravity, m.plane_strain = all.plane_strain, m.materials = all.materials, m.joints = all.joints;
    m.joint_names = all.joint_names, m.named_joint = all.named_joint, m.pairs = all.pairs;
    m.point_loads = all.point_loads, m.tractions = all.tractions, m.held_points = all.held_points;
    m.fixed_points = all.fixed_points, m.bolts = all.bolts, m.viscous_edges = all.viscous_edges;
    m.base_acceleration = all.base_acceleration, m.moved_blocks = all.moved_blocks, m.water = all.water;
    for (const int i : share.ids) m.blocks.push_back(all.blocks[i]);
    localise(m, share, place, rank);
    return m;
}

// Loads, supports and joints in the numbers of this rank; `place`: of each block of the whole here, -1 elsewhere.
void Part::localise(ModelData& m, const Share& share, std::span<const int> place, int rank) {
    // Forces and springs act on this rank's own blocks only; those of ghosts belong to their owners.
    const auto own = [&](auto& item) {
        item.block = place[item.block];
        return item.block >= 0 && share.owner[item.block] == rank;
    };
    keep(m.point_loads, own), keep(m.tractions, own), keep(m.held_points, own), keep(m.fixed_points, own);
    keep(m.viscous_edges, own);
    keep(m.moved_blocks, [&](MovedBlock& b) { return (b.block = place[b.block]) >= 0; });
    keep(m.bolts, [&](Bolt& b) {
        b.a = place[b.a], b.b = place[b.b];
        if (b.a < 0 || b.b < 0) return false;
        return share.owner[m.blocks[b.a].fixed ? b.b : b.a] == rank;  // one owner, where both ends move
    });
    keep(m.pairs, [&](PairJoint& p) {
        if (p.group_pair) return true;
        p.a = place[p.a], p.b = place[p.b];
        return p.a >= 0 && p.b >= 0;
    });
}

void Part::note_owned(Share& share, const Blocks& b) {
    share.owned.assign(b.moving, 0);
    for (int i = 0; i < b.count(); ++i)
        if (b.slot[i] >= 0 && share.owner[i] == share.rank) {
            share.slots.push_back(b.slot[i]);
            share.owned[b.slot[i]] = 1;
        }
}

// Blocks, loads and contacts of `fresh`; what the run has summed up so far stays.
void Part::take_blocks(Simulation& p, Simulation& fresh) {
    std::swap(p.model_, fresh.model_), std::swap(p.blocks_, fresh.blocks_), std::swap(p.joints_, fresh.joints_);
    std::swap(p.loads_, fresh.loads_), std::swap(p.contacts_, fresh.contacts_), std::swap(p.pins_, fresh.pins_);
    std::swap(p.radius_, fresh.radius_), std::swap(p.near_, fresh.near_);
    std::swap(p.fixed_motion_, fresh.fixed_motion_), std::swap(p.relaxation_, fresh.relaxation_);
    std::swap(p.share_, fresh.share_);
}

std::unique_ptr<Simulation> Part::cut(const Simulation& whole, std::span<const int> owner, int rank, double margin,
                                      Team* team) {
    Share share;
    share.team = team;
    share.rank = rank;
    share.margin = margin;
    const Blocks& b = whole.blocks_;
    share.ids = blocks_around(b, owner, rank, margin, whole.mean_);
    for (const Bolt& bolt : whole.model_.bolts)  // of one rank (the blocks that move), or to a fixed block anywhere
        if (owner[bolt.a] == rank || owner[bolt.b] == rank) share.ids.insert(share.ids.end(), {bolt.a, bolt.b});
    std::sort(share.ids.begin(), share.ids.end());
    share.ids.erase(std::unique(share.ids.begin(), share.ids.end()), share.ids.end());
    std::vector<int> place(b.count(), -1);
    for (std::size_t k = 0; k < share.ids.size(); ++k) {
        place[share.ids[k]] = static_cast<int>(k);
        share.owner.push_back(owner[share.ids[k]]);
    }
    auto part = std::make_unique<Simulation>(model_of(whole, share, place, rank), whole.options_);
    part->options_.contact = whole.options_.contact;
    fill(*part, whole, std::move(share));
    return part;
}

void Part::fill(Simulation& p, const Simulation& whole, Share share) {
    const Blocks &b = p.blocks_, &from = whole.blocks_;
    block_arrays([&](auto of) {
        auto& array = of(p);
        const auto& all = of(whole);
        for (std::size_t k = 0; k < share.ids.size(); ++k) array[k] = all[share.ids[k]];
    });
    vertex_arrays([&](auto of, int per) {
        auto& array = of(p);
        const auto& all = of(whole);
        for (std::size_t k = 0; k < share.ids.size(); ++k)
            std::copy(all.begin() + per * from.first[share.ids[k]], all.begin() + per * from.first[share.ids[k] + 1],
                      array.begin() + per * b.first[k]);
    });
    // Contacts between blocks that are here, in the numbers of this rank.
    std::vector<int> place(from.count(), -1);
    for (std::size_t k = 0; k < share.ids.size(); ++k) place[share.ids[k]] = static_cast<int>(k);
    const auto vertex = [&](int v) {
        const int block = from.owner[v];
        return place[block] < 0 ? -1 : b.first[place[block]] + v - from.first[block];
    };
    p.contacts_.clear();
    for (Contact c : whole.contacts_) {
        c.vertex = vertex(c.vertex), c.edge = vertex(c.edge);
        if (c.vertex >= 0 && c.edge >= 0) p.contacts_.push_back(c);
    }
    p.pins_.clear();
    for (std::size_t k = 0; k < whole.pins_.size(); ++k) {
        Pin pin = whole.pins_[k];
        pin.block = place[pin.block];
        if (pin.block < 0 || share.owner[pin.block] != share.rank) continue;
        p.pins_.push_back(pin);
        share.pins.push_back(static_cast<int>(k));
    }
    p.loads_->load(whole.loads_->renumbered(whole.loads_->save(), place));
    p.smallest_ = whole.smallest_, p.mean_ = whole.mean_;
    p.near_margin_ = whole.near_margin_, p.moved_since_ = whole.moved_since_, p.piece_ = whole.piece_;
    p.static_dt_ = whole.static_dt_;
    const bool first = share.rank == 0;
    p.ledger_ = first ? whole.ledger_ : Ledger{};
    p.initial_total_ = first ? whole.initial_total_ : 0.0;
    p.initial_strain_ = first ? whole.initial_strain_ : 0.0;
    p.time_ = whole.time_, p.steps_ = whole.steps_, p.substeps_ = whole.substeps_, p.report_ = whole.report_;
    p.totals_ = counts(whole.totals_, p.totals_);
    if (!first) p.totals_.untrusted = 0;
    note_owned(share, b);
    p.share_ = std::move(share);
    p.note_pairs();
}

void Part::cut_again(Simulation& p, const Simulation& whole, std::span<const int> owner, double margin) {
    std::unique_ptr<Simulation> fresh = cut(whole, owner, p.share_.rank, margin, p.share_.team);
    take_blocks(p, *fresh);
    p.totals_ = counts(whole.totals_, p.totals_);
    if (p.share_.rank > 0) p.totals_.untrusted = 0;
    p.ledger_ = fresh->ledger_, p.initial_total_ = fresh->initial_total_, p.initial_strain_ = fresh->initial_strain_;
    p.smallest_ = whole.smallest_, p.mean_ = whole.mean_;
    p.near_margin_ = whole.near_margin_, p.moved_since_ = whole.moved_since_, p.piece_ = whole.piece_;
    p.static_dt_ = whole.static_dt_;
    p.time_ = whole.time_, p.steps_ = whole.steps_, p.substeps_ = whole.substeps_, p.report_ = whole.report_;
}

void Part::set_neighbours(Simulation& p, std::span<const int> ranks, const std::vector<std::vector<int>>& blocks,
                          std::span<const int> columns) {
    Share& share = p.share_;
    share.neighbours.clear();
    for (std::size_t n = 0; n < ranks.size(); ++n) {
        Neighbour neighbour{ranks[n], std::vector<char>(share.ids.size(), 0), {}, {}};
        for (std::size_t k = 0; k < share.ids.size(); ++k)
            neighbour.holds[k] = std::binary_search(blocks[n].begin(), blocks[n].end(), share.ids[k]);
        share.neighbours.push_back(std::move(neighbour));
    }
    share.column.assign(columns.begin(), columns.end());
    make_lists(share, p.blocks_, p.contacts_);
}

std::vector<std::byte> Part::pack(Simulation& p) {
    const Share& share = p.share_;
    const Blocks& b = p.blocks_;
    Writer io;
    std::vector<int> ids;
    for (std::size_t k = 0; k < share.ids.size(); ++k)
        if (share.owner[k] == share.rank) ids.push_back(share.ids[k]);
    io(ids);
    block_arrays([&](auto of_run) {
        auto& array = of_run(p);
        for (std::size_t k = 0; k < share.ids.size(); ++k)
            if (share.owner[k] == share.rank) io(array[k]);
    });
    vertex_arrays([&](auto of_run, int per) {
        auto& array = of_run(p);
        for (std::size_t k = 0; k < share.ids.size(); ++k)
            if (share.owner[k] == share.rank)
                for (int v = per * b.first[k]; v < per * b.first[k + 1]; ++v) io(array[v]);
    });
    // A vertex is told as its block and its place in it.
    std::vector<Contact> contacts;
    std::vector<int> of;
    for (const Contact& c : p.contacts_)
        if (speaker(share, b, c) == share.rank) {
            contacts.push_back(c);
            const int i = b.owner[c.vertex], j = b.owner[c.edge];
            contacts.back().vertex = c.vertex - b.first[i];
            contacts.back().edge = c.edge - b.first[j];
            of.insert(of.end(), {share.ids[i], share.ids[j]});
        }
    io(contacts), io(of), io(p.pins_);
    std::vector<double> loads = p.loads_->renumbered(p.loads_->save(), share.ids);
    io(loads), io(p.ledger_), io(p.initial_total_), io(p.initial_strain_);
    io(p.near_margin_), io(p.moved_since_), io(p.piece_), io(p.static_dt_), io(p.time_), io(p.steps_), io(p.substeps_);
    io(p.report_), io(p.totals_.open_close), io(p.totals_.solver_iterations), io(p.totals_.direct_solves);
    io(p.totals_.cuts), io(p.totals_.loose), io(p.totals_.penetration), io(p.totals_.missed);
    io(p.totals_.unbalanced), io(p.totals_.untrusted);
    return std::move(io.bytes);
}

void Part::unpack(Simulation& w, std::span<const std::span<const std::byte>> parts) {
    const Blocks& b = w.blocks_;
    w.contacts_.clear();
    w.totals_.untrusted = 0;
    w.ledger_ = {};
    w.initial_total_ = w.initial_strain_ = 0.0;
    std::vector<int> owner(b.count(), -1);
    std::vector<std::vector<Pin>> pins(parts.size());
    std::vector<std::vector<double>> loads(parts.size());
    for (std::size_t rank = 0; rank < parts.size(); ++rank) {
        Reader io(parts[rank]);
        std::vector<int> ids, of;
        io(ids);
        for (const int i : ids) owner[i] = static_cast<int>(rank);
        block_arrays([&](auto of_run) {
            for (const int i : ids) io(of_run(w)[i]);
        });
        vertex_arrays([&](auto of_run, int per) {
            auto& array = of_run(w);
            for (const int i : ids)
                for (int v = per * b.first[i]; v < per * b.first[i + 1]; ++v) io(array[v]);
        });
        std::vector<Contact> contacts;
        io(contacts), io(of), io(pins[rank]), io(loads[rank]);
        for (std::size_t k = 0; k < contacts.size(); ++k) {
            contacts[k].vertex += b.first[of[2 * k]];
            contacts[k].edge += b.first[of[2 * k + 1]];
        }
        w.contacts_.insert(w.contacts_.end(), contacts.begin(), contacts.end());
        Ledger ledger;
        double initial = 0.0, strain = 0.0;
        io(ledger), io(initial), io(strain);
        add(w.ledger_, ledger);
        w.initial_total_ += initial;
        w.initial_strain_ += strain;
        io(w.near_margin_), io(w.moved_since_), io(w.piece_), io(w.static_dt_), io(w.time_), io(w.steps_);
        io(w.substeps_), io(w.report_), io(w.totals_.open_close), io(w.totals_.solver_iterations);
        io(w.totals_.direct_solves), io(w.totals_.cuts), io(w.totals_.loose), io(w.totals_.penetration);
        io(w.totals_.missed), io(w.totals_.unbalanced);
        long untrusted = 0;
        io(untrusted);
        w.totals_.untrusted += untrusted;
    }
    std::sort(w.contacts_.begin(), w.contacts_.end(), [](const Contact& l, const Contact& r) {
        return l.vertex != r.vertex ? l.vertex < r.vertex : l.edge < r.edge;
    });
    std::vector<std::size_t> next(parts.size(), 0);
    for (Pin& pin : w.pins_) {
        const int block = pin.block;
        pin = pins[owner[block]][next[owner[block]]++];
        pin.block = block;
    }
    w.loads_->load(w.loads_->merged(loads));
}

}  // namespace dda
