#include "impacts_together.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

namespace dda {
namespace {

// A contact row as numbers: its place in the order of the whole model (contacts by vertex and edge, then fixed points),
// the columns of its blocks, the support, and the row.
constexpr std::size_t ROW = (sizeof(ContactRow) + sizeof(double) - 1) / sizeof(double);
constexpr std::size_t RECORD = 9 + ROW;
constexpr std::size_t BLOCK = 1 + 6 + 36;  // column, speed, mass

std::array<double, 5> place_of(const ContactRow& r, const LocalImpacts& h) {
    if (r.pin >= 0) return {1.0, double(h.share.pins[r.pin]), 0.0, 0.0, 0.0};
    const Contact& c = h.contacts[r.contact];
    const int i = h.blocks.owner[c.vertex], j = h.blocks.owner[c.edge];
    return {0.0, double(h.share.ids[i]), double(c.vertex - h.blocks.first[i]), double(h.share.ids[j]),
            double(c.edge - h.blocks.first[j])};
}

std::vector<double> records_of(const LocalImpacts& h, const Scheme& scheme) {
    std::vector<double> out;
    for (std::size_t k = 0; k < h.rows.size(); ++k) {
        const ContactRow& r = h.rows[k];
        if (!r.counted || !takes_part(r, scheme)) continue;
        const auto place = place_of(r, h);
        out.insert(out.end(), place.begin(), place.end());
        for (const int s : r.slot) out.push_back(s >= 0 ? h.share.column[s] : -1.0);
        out.insert(out.end(), h.support[k].begin(), h.support[k].end());
        const std::size_t at = out.size();
        out.resize(at + ROW, 0.0);
        std::memcpy(out.data() + at, &r, sizeof(ContactRow));
    }
    return out;
}

// The blocks of this rank that a contact touches.
std::vector<double> blocks_of(const LocalImpacts& h, const Scheme& scheme) {
    std::vector<char> touched(h.velocity.size(), 0);
    for (const ContactRow& r : h.rows)
        if (takes_part(r, scheme))
            for (const int s : r.slot)
                if (s >= 0) touched[s] = 1;
    std::vector<double> out;
    for (const int s : h.share.slots) {
        if (!touched[s]) continue;
        out.push_back(h.share.column[s]);
        out.insert(out.end(), h.velocity[s].begin(), h.velocity[s].end());
        out.insert(out.end(), h.mass[s].a.begin(), h.mass[s].a.end());
    }
    return out;
}

// Resolve what all ranks have sent; the new speeds as records of column and speed.
std::vector<double> resolve(const std::vector<double>& records, const std::vector<double>& blocks, ImpactSolver& solver,
                            const Scheme& scheme, double dt, double speed_scale, ImpactReport& report) {
    std::unordered_map<int, int> slot;
    std::vector<Mat6> mass(blocks.size() / BLOCK);
    std::vector<Vec6> velocity(mass.size());
    for (std::size_t k = 0; k < mass.size(); ++k) {
        const auto from = blocks.begin() + static_cast<std::ptrdiff_t>(k * BLOCK);
        slot[static_cast<int>(*from)] = static_cast<int>(k);
        std::copy_n(from + 1, 6, velocity[k].begin());
        std::copy_n(from + 7, 36, mass[k].a.begin());
    }
    std::vector<const double*> order;
    for (std::size_t at = 0; at < records.size(); at += RECORD) order.push_back(records.data() + at);
    std::sort(order.begin(), order.end(),
              [](const double* a, const double* b) { return std::lexicographical_compare(a, a + 5, b, b + 5); });
    std::vector<ContactRow> rows(order.size());
    std::vector<std::array<double, 2>> support(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
        std::memcpy(static_cast<void*>(&rows[k]), order[k] + 9, sizeof(ContactRow));
        for (int side = 0; side < 2; ++side) {
            const int column = static_cast<int>(order[k][5 + side]);
            rows[k].slot[side] = column < 0 ? -1 : slot.at(column);
            support[k][side] = order[k][7 + side];
        }
    }
    report = solver.resolve(rows, support, mass, velocity, scheme, dt, speed_scale);
    std::vector<double> out{static_cast<double>(report.sweeps), report.violation};
    for (std::size_t k = 0; k < mass.size(); ++k) {
        out.push_back(blocks[k * BLOCK]);
        out.insert(out.end(), velocity[k].begin(), velocity[k].end());
    }
    return out;
}

}  // namespace

ImpactReport gather_impacts(const LocalImpacts& here, ImpactSolver& solver, const Scheme& scheme, double dt,
                            double speed_scale) {
    Team& team = *here.share.team;
    const std::vector<double> records = team.gather(records_of(here, scheme));
    const std::vector<double> blocks = team.gather(blocks_of(here, scheme));
    ImpactReport report;
    std::vector<double> speeds;
    if (team.first()) speeds = resolve(records, blocks, solver, scheme, dt, speed_scale, report);
    speeds = team.spread(speeds);
    report.sweeps = static_cast<int>(speeds[0]);
    report.violation = speeds[1];
    std::unordered_map<int, int> slot;
    for (std::size_t s = 0; s < here.share.column.size(); ++s) slot[here.share.column[s]] = static_cast<int>(s);
    for (std::size_t at = 2; at < speeds.size(); at += 7)
        if (const auto it = slot.find(static_cast<int>(speeds[at])); it != slot.end())
            std::copy_n(speeds.begin() + static_cast<std::ptrdiff_t>(at) + 1, 6, here.velocity[it->second].begin());
    return report;
}

}  // namespace dda
