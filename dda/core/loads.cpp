#include "loads.hpp"

#include <algorithm>

#include "loads/base_motion.hpp"
#include "loads/bolts.hpp"
#include "loads/held_points.hpp"
#include "loads/point_loads.hpp"
#include "loads/tractions.hpp"
#include "loads/viscous_edges.hpp"
#include "loads/water_pressure.hpp"

namespace dda {

Loads::Loads(const ModelData& model, const Blocks& blocks) : moved_(model.moved_blocks) {
    forces_.push_back(std::make_unique<PointLoads>(model, blocks));
    forces_.push_back(std::make_unique<Tractions>(model, blocks));
    forces_.push_back(std::make_unique<BaseMotion>(model));
    forces_.push_back(std::make_unique<WaterPressure>(model));
    springs_.push_back(std::make_unique<HeldPoints>(model, blocks));
    springs_.push_back(std::make_unique<Bolts>(model, blocks));
    springs_.push_back(std::make_unique<ViscousEdges>(model, blocks));
}

Loads::~Loads() = default;
Loads::Loads(Loads&&) noexcept = default;
Loads& Loads::operator=(Loads&&) noexcept = default;

void Loads::prepare(const Blocks& blocks, std::span<const std::array<int, 2>> pairs, const StepTime& step) {
    const LoadContext context{blocks, pairs, step, *this};
    force.assign(blocks.moving, Vec6{});
    rows.clear();
    for (const auto& load : forces_) load->add(context, force);
    for (const auto& load : springs_) load->add_rows(context, rows);
}

LoadEnergy Loads::commit(const Blocks& before, std::span<const Vec6> d, const StepTime& step) {
    const LoadContext context{before, {}, step, *this};
    LoadEnergy energy;
    for (std::size_t i = 0; i < d.size(); ++i) energy.external += dot(force[i], d[i]);  // the forces that were used
    for (const auto& load : springs_) load->commit(context, d, energy);
    return energy;
}

Vec2 Loads::motion(int block, const StepTime& step) const {
    const auto it = std::find_if(moved_.begin(), moved_.end(), [&](const MovedBlock& m) { return m.block == block; });
    if (it == moved_.end()) return {};
    const auto u = [&](double t) { return Vec2{it->history.at(t, 0), it->history.at(t, 1)}; };
    return u(step.end()) - u(step.start);
}

std::vector<double> Loads::save() const {
    std::vector<double> out;
    for (const auto& load : springs_) {
        const std::vector<double> records = load->save();
        out.push_back(static_cast<double>(records.size()));
        out.insert(out.end(), records.begin(), records.end());
    }
    return out;
}

void Loads::load(std::span<const double> state) {
    std::size_t at = 0;
    for (const auto& load : springs_) {
        const auto size = static_cast<std::size_t>(state[at]);
        load->load(state.subspan(at + 1, size));
        at += 1 + size;
    }
}

std::vector<double> Loads::renumbered(std::span<const double> state, std::span<const int> number) const {
    std::vector<double> out;
    std::size_t at = 0;
    for (const auto& load : springs_) {
        const RecordLayout layout = load->layout();
        const auto size = static_cast<std::size_t>(state[at]);
        std::vector<double> records;
        for (std::size_t first = at + 1; first < at + 1 + size; first += layout.size) {
            std::vector<double> record(state.begin() + first, state.begin() + first + layout.size);
            for (const std::size_t k : layout.blocks) record[k] = number[static_cast<std::size_t>(record[k])];
            const auto there = [&](std::size_t k) { return record[k] >= 0.0; };
            if (std::ranges::all_of(layout.blocks, there)) records.insert(records.end(), record.begin(), record.end());
        }
        out.push_back(static_cast<double>(records.size()));
        out.insert(out.end(), records.begin(), records.end());
        at += 1 + size;
    }
    return out;
}

std::vector<double> Loads::merged(std::span<const std::vector<double>> states) const {
    std::vector<double> out;
    std::vector<std::size_t> at(states.size(), 0);
    for (std::size_t kind = 0; kind < springs_.size(); ++kind) {
        const std::size_t head = out.size();
        out.push_back(0.0);
        for (std::size_t k = 0; k < states.size(); ++k) {
            const auto size = static_cast<std::size_t>(states[k][at[k]]);
            const auto first = states[k].begin() + static_cast<std::ptrdiff_t>(at[k]) + 1;
            out.insert(out.end(), first, first + static_cast<std::ptrdiff_t>(size));
            out[head] += static_cast<double>(size);
            at[k] += 1 + size;
        }
    }
    return out;
}

}  // namespace dda
