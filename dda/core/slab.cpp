// Parts of a model that no rank has as a whole: made from their own blocks, renewed by what ranks tell each other.
#include <algorithm>

#include "archive.hpp"
#include "part.hpp"

namespace dda {
namespace {

// The block that a contact travels with: the vertex's, or where that is fixed, the edge's.
int carrier(const Blocks& b, const Contact& c) {
    return b.slot[b.owner[c.vertex]] >= 0 ? b.owner[c.vertex] : b.owner[c.edge];
}

// The place of a number of the whole in this part, -1 elsewhere.
int place_of(const Share& share, int number) {
    const auto it = std::lower_bound(share.ids.begin(), share.ids.end(), number);
    return it != share.ids.end() && *it == number ? static_cast<int>(it - share.ids.begin()) : -1;
}

// The places of all numbers of the whole up to the largest that a load names.
std::vector<int> places(const Share& share, const ModelData& m) {
    int most = share.ids.empty() ? -1 : share.ids.back();
    const auto see = [&](int block) { most = std::max(most, block); };
    for (const auto& x : m.point_loads) see(x.block);
    for (const auto& x : m.tractions) see(x.block);
    for (const auto& x : m.held_points) see(x.block);
    for (const auto& x : m.fixed_points) see(x.block);
    for (const auto& x : m.viscous_edges) see(x.block);
    for (const auto& x : m.moved_blocks) see(x.block);
    for (const auto& x : m.bolts) see(x.a), see(x.b);
    for (const auto& x : m.pairs)
        if (!x.group_pair) see(x.a), see(x.b);
    std::vector<int> place(most + 1, -1);
    for (std::size_t k = 0; k < share.ids.size(); ++k) place[share.ids[k]] = static_cast<int>(k);
    return place;
}

}  // namespace

std::unique_ptr<Simulation> Part::make(const ModelData& model, const Options& options, std::span<const int> ids,
                                       std::span<const int> owner, int rank, double margin, Team* team) {
    Share share;
    share.team = team, share.rank = rank, share.margin = margin;
    share.ids.assign(ids.begin(), ids.end());
    share.owner.assign(owner.begin(), owner.end());
    ModelData here = model;
    const std::vector<int> place = places(share, model);
    for (std::size_t k = 0; k < model.fixed_points.size(); ++k) {
        const int i = place[model.fixed_points[k].block];
        if (i >= 0 && share.owner[i] == rank && !model.blocks[i].fixed) share.pins.push_back(static_cast<int>(k));
    }
    localise(here, share, place, rank);
    auto part = std::make_unique<Simulation>(here, options);
    note_owned(share, part->blocks_);
    part->share_ = std::move(share);
    part->static_dt_ = largest(team, part->static_dt_);
    std::vector<Mat6> mass(part->blocks_.moving);
    for (int i = 0; i < part->blocks_.count(); ++i)
        if (part->blocks_.slot[i] >= 0) mass[part->blocks_.slot[i]] = mass_matrix(part->blocks_, i);
    part->ledger_.kinetic = part->kinetic_energy(mass);
    part->initial_total_ = ledger_total(part->ledger_);
    part->note_pairs();
    return part;
}

std::vector<std::byte> Part::tell(Simulation& p, std::span<const int> numbers) {
    const Blocks& b = p.blocks_;
    Writer io;
    std::vector<int> ids(numbers.begin(), numbers.end()), places;
    std::vector<char> told(b.count(), 0);
    for (const int number : numbers) {
        places.push_back(place_of(p.share_, number));
        if (places.back() < 0 || !p.share_.mine(places.back()))
            refuse("block " + std::to_string(number) + " is not of this rank");
        told[places.back()] = 1;
    }
    std::vector<int> corners;
    for (const int k : places) corners.push_back(b.first[k + 1] - b.first[k]);
    io(ids), io(corners);
    block_arrays([&](auto of_run) {
        auto& array = of_run(p);
        for (const int k : places) io(array[k]);
    });
    vertex_arrays([&](auto of_run, int per) {
        auto& array = of_run(p);
        for (const int k : places)
            for (int v = per * b.first[k]; v < per * b.first[k + 1]; ++v) io(array[v]);
    });
    std::vector<Contact> contacts;
    std::vector<int> of;
    for (const Contact& c : p.contacts_)
        if (told[carrier(b, c)]) {
            const int i = b.owner[c.vertex], j = b.owner[c.edge];
            contacts.push_back(c);
            contacts.back().vertex -= b.first[i], contacts.back().edge -= b.first[j];
            of.insert(of.end(), {p.share_.ids[i], p.share_.ids[j]});
        }
    std::vector<Pin> pins;
    for (const Pin& pin : p.pins_)
        if (told[pin.block]) {
            pins.push_back(pin);
            pins.back().block = p.share_.ids[pin.block];
        }
    io(contacts), io(of), io(pins);
    return std::move(io.bytes);
}

std::vector<double> Part::tell_loads(const Simulation& p) {
    return p.loads_->renumbered(p.loads_->save(), p.share_.ids);
}

void Part::renew(Simulation& p, Simulation& fresh, std::span<const std::span<const std::byte>> told,
                 std::span<const std::vector<double>> loads, int count) {
    const Blocks& b = fresh.blocks_;
    const Share& share = fresh.share_;
    fresh.contacts_.clear();
    std::vector<char> held(fresh.pins_.size(), 0);
    for (const std::span<const std::byte> bytes : told) {
        Reader io(bytes);
        std::vector<int> ids, corners, places, of;
        io(ids), io(corners);
        for (const int number : ids) places.push_back(place_of(share, number));
        block_arrays([&](auto of_run) {
            auto& array = of_run(fresh);
            auto elsewhere = typename std::decay_t<decltype(array)>::value_type{};
            for (const int k : places) io(k < 0 ? elsewhere : array[k]);
        });
        vertex_arrays([&](auto of_run, int per) {
            auto& array = of_run(fresh);
            auto elsewhere = typename std::decay_t<decltype(array)>::value_type{};
            for (std::size_t n = 0; n < places.size(); ++n)
                for (int v = 0; v < per * corners[n]; ++v)
                    io(places[n] < 0 ? elsewhere : array[per * b.first[places[n]] + v]);
        });
        std::vector<Contact> contacts;
        std::vector<Pin> pins;
        io(contacts), io(of), io(pins);
        for (std::size_t k = 0; k < contacts.size(); ++k) {
            const int i = place_of(share, of[2 * k]), j = place_of(share, of[2 * k + 1]);
            if (i < 0 || j < 0) continue;
            contacts[k].vertex += b.first[i], contacts[k].edge += b.first[j];
            fresh.contacts_.push_back(contacts[k]);
        }
        for (const Pin& pin : pins)
            for (Pin& here : fresh.pins_)
                if (share.ids[here.block] == pin.block && here.reference.x == pin.reference.x &&
                    here.reference.y == pin.reference.y) {
                    const int block = here.block;
                    here = pin;
                    here.block = block;
                    held[&here - fresh.pins_.data()] = 1;
                }
    }
    for (std::size_t k = 0; k < held.size(); ++k)  // new supports hold their points where these are now
        if (Pin& pin = fresh.pins_[k]; !held[k]) pin.place = b.place(pin.block, pin.reference);
    std::sort(fresh.contacts_.begin(), fresh.contacts_.end(), [](const Contact& l, const Contact& r) {
        return l.vertex != r.vertex ? l.vertex < r.vertex : l.edge < r.edge;
    });
    std::vector<int> place(count, -1);
    for (std::size_t k = 0; k < share.ids.size(); ++k) place[share.ids[k]] = static_cast<int>(k);
    fresh.loads_->load(fresh.loads_->renumbered(fresh.loads_->merged(loads), place));
    take_blocks(p, fresh);
    p.note_pairs();
}

template <class Io>
void Part::sums(Io& io, Simulation& p, Ledger& ledger, double& initial_total, double& initial_strain, long& untrusted) {
    io(ledger), io(initial_total), io(initial_strain), io(untrusted);
    io(p.near_margin_), io(p.moved_since_), io(p.piece_), io(p.static_dt_), io(p.time_), io(p.steps_), io(p.substeps_);
    io(p.report_), io(p.totals_.open_close), io(p.totals_.solver_iterations), io(p.totals_.direct_solves);
    io(p.totals_.cuts), io(p.totals_.loose), io(p.totals_.penetration);
}

std::vector<std::byte> Part::tell_sums(Simulation& p) {
    Writer io;
    sums(io, p, p.ledger_, p.initial_total_, p.initial_strain_, p.totals_.untrusted);
    return std::move(io.bytes);
}

void Part::take_sums(Simulation& p, std::span<const std::span<const std::byte>> told, bool keep) {
    p.ledger_ = {};
    p.initial_total_ = p.initial_strain_ = 0.0;
    p.totals_.untrusted = 0;
    for (const std::span<const std::byte> bytes : told) {
        Reader io(bytes);
        Ledger ledger;
        double total = 0.0, strain = 0.0;
        long untrusted = 0;
        sums(io, p, ledger, total, strain, untrusted);
        if (!keep) continue;
        add(p.ledger_, ledger);
        p.initial_total_ += total, p.initial_strain_ += strain, p.totals_.untrusted += untrusted;
    }
}

void Part::take_options(Simulation& p, Options options) {
    options.contact.elastic_impact = options.scheme.contact_springs;
    p.options_ = std::move(options);
}

}  // namespace dda
