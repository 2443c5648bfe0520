// Parts of a model on ranks, and the other ranks as Python tells them: an object with the methods of Team.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>
#include <nanobind/stl/vector.h>

#include "near_boxes.hpp"
#include "part.hpp"

namespace nb = nanobind;
using namespace dda;

Options options_of(double dt, const std::string& scheme, double stiffness, int threads, const nb::dict& settings);

namespace {

using Numbers = nb::ndarray<const double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Integers = nb::ndarray<const int, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// A view that Python may write to, for the time of a call.
template <class T>
nb::object view(T* data, std::initializer_list<std::size_t> shape) {
    static std::remove_const_t<T> nothing{};
    if (!data) data = &nothing;
    return nb::cast(nb::ndarray<nb::numpy, T>(data, shape.size(), shape.begin(), nb::handle()),
                    nb::rv_policy::reference);
}
template <class T>
nb::object view(std::span<T> values) {
    return view(values.data(), {values.size()});
}
std::vector<double> numbers(const nb::object& object) {
    const auto a = nb::cast<Numbers>(object);
    return {a.data(), a.data() + a.shape(0)};
}
std::span<const int> integers(const Integers& a) {
    return {a.data(), a.shape(0)};
}

class PythonTeam final : public Team {
  public:
    explicit PythonTeam(nb::object team) : team_(std::move(team)) {}
    ~PythonTeam() override {
        nb::gil_scoped_acquire acquire;
        team_.reset();
    }
    const nb::object& object() const { return team_; }

    void maximum(std::span<double> values) override {
        nb::gil_scoped_acquire acquire;
        team_.attr("maximum")(view(values));
    }
    void sum(std::span<double> values) override {
        nb::gil_scoped_acquire acquire;
        team_.attr("sum")(view(values));
    }
    void agree(std::string& failure) override {
        nb::gil_scoped_acquire acquire;
        failure = nb::cast<std::string>(team_.attr("agree")(failure));
    }
    void exchange(std::span<double> rows, int width) override {
        nb::gil_scoped_acquire acquire;
        const auto w = static_cast<std::size_t>(width);
        team_.attr("exchange")(view(rows.data(), {rows.size() / w, w}));
    }
    void exchange_vertices(std::span<double> rows, int width) override {
        nb::gil_scoped_acquire acquire;
        const auto w = static_cast<std::size_t>(width);
        team_.attr("exchange_vertices")(view(rows.data(), {rows.size() / w, w}));
    }
    std::vector<std::vector<double>> swap(const std::vector<std::vector<double>>& messages) override {
        nb::gil_scoped_acquire acquire;
        nb::list out;
        for (const auto& m : messages) out.append(view(std::span<const double>(m)));
        std::vector<std::vector<double>> in;
        for (nb::handle m : nb::cast<nb::list>(team_.attr("swap")(out))) in.push_back(numbers(nb::borrow(m)));
        return in;
    }
    std::vector<double> gather(std::span<const double> values) override {
        nb::gil_scoped_acquire acquire;
        return numbers(team_.attr("gather")(view(values)));
    }
    std::vector<double> spread(std::span<const double> values) override {
        nb::gil_scoped_acquire acquire;
        return numbers(team_.attr("spread")(view(values)));
    }
    bool first() const override {
        nb::gil_scoped_acquire acquire;
        return nb::cast<bool>(team_.attr("first"));
    }
    SolveReport solve(const OwnedRows& a, std::span<const Vec6> b, std::span<Vec6> x,
                      const SolverOptions& options) override {
        nb::gil_scoped_acquire acquire;
        const double* right = b.empty() ? nullptr : b.front().data();
        double* start = x.empty() ? nullptr : x.front().data();
        const nb::object rows = nb::make_tuple(view(std::span(a.start)), view(std::span(a.column)),
                                               view(std::span(a.values)), a.symmetric, a.new_pattern);
        const nb::tuple got = nb::cast<nb::tuple>(team_.attr("solve")(
            rows, view(right, {6 * b.size()}), view(start, {6 * x.size()}), options.tolerance, options.scale));
        return {nb::cast<int>(got[0]), nb::cast<double>(got[1]), nb::cast<bool>(got[2]), nb::cast<bool>(got[3])};
    }
    void regroup(double margin) override {
        nb::gil_scoped_acquire acquire;
        team_.attr("regroup")(margin);
    }

  private:
    nb::object team_;
};

void set_neighbours(Simulation& part, const Integers& ranks, const nb::list& blocks, const Integers& columns) {
    std::vector<std::vector<int>> held;
    for (nb::handle b : blocks) {
        const auto a = nb::cast<Integers>(b);
        held.emplace_back(a.data(), a.data() + a.shape(0));
    }
    Part::set_neighbours(part, integers(ranks), held, integers(columns));
}

nb::bytes pack(Simulation& part) {
    const std::vector<std::byte> bytes = Part::pack(part);
    return nb::bytes(bytes.data(), bytes.size());
}

std::vector<std::span<const std::byte>> views(const nb::list& parts) {
    std::vector<std::span<const std::byte>> found;
    for (nb::handle p : parts) {
        const auto b = nb::borrow<nb::bytes>(p);
        found.emplace_back(static_cast<const std::byte*>(b.data()), b.size());
    }
    return found;
}

void unpack(Simulation& whole, const nb::list& parts) {
    Part::unpack(whole, views(parts));
}

using Boxes = nb::ndarray<const double, nb::shape<-1, 4>, nb::c_contig, nb::device::cpu>;
std::span<const Box> boxes(const Boxes& a) {
    return {reinterpret_cast<const Box*>(a.data()), a.shape(0)};
}

std::unique_ptr<Simulation> make_part(const ModelData& model, double dt, const std::string& scheme, double stiffness,
                                      int threads, const nb::dict& settings, std::array<double, 2> sizes,
                                      const Integers& ids, const Integers& owner, int rank, double margin,
                                      PythonTeam& team) {
    Options options = options_of(dt, scheme, stiffness, threads, settings);
    options.sizes = sizes;
    return Part::make(model, options, integers(ids), integers(owner), rank, margin, &team);
}

nb::bytes tell(Simulation& part, const Integers& numbers) {
    const std::vector<std::byte> bytes = Part::tell(part, integers(numbers));
    return nb::bytes(bytes.data(), bytes.size());
}

void renew(Simulation& part, Simulation& fresh, const nb::list& told, const std::vector<std::vector<double>>& loads,
           int count) {
    Part::renew(part, fresh, views(told), loads, count);
}

nb::bytes tell_sums(Simulation& part) {
    const std::vector<std::byte> bytes = Part::tell_sums(part);
    return nb::bytes(bytes.data(), bytes.size());
}

void take_options(Simulation& part, double dt, const std::string& scheme, double stiffness, int threads,
                  const nb::dict& settings) {
    Options options = options_of(dt, scheme, stiffness, threads, settings);
    options.sizes = part.options().sizes;
    Part::take_options(part, options);
}

}  // namespace

void bind_team(nb::module_& m) {
    nb::class_<PythonTeam>(m, "Team").def(nb::init<nb::object>()).def_prop_ro("object", &PythonTeam::object);
    m.def(
        "cut_part",
        [](const Simulation& whole, const Integers& owner, int rank, double margin, PythonTeam& team) {
            return Part::cut(whole, integers(owner), rank, margin, &team);
        },
        nb::keep_alive<0, 5>());
    m.def("cut_part_again", [](Simulation& part, const Simulation& whole, const Integers& owner, double margin) {
        Part::cut_again(part, whole, integers(owner), margin);
    });
    m.def("set_neighbours", &set_neighbours);
    m.def("part_blocks", [](const Simulation& part) { return Part::share(part).ids; });
    m.def("pack_part", &pack);
    m.def("unpack_parts", &unpack);
    m.def("make_part", &make_part, nb::keep_alive<0, 12>());
    m.def("tell_blocks", &tell);
    m.def("tell_loads", &Part::tell_loads);
    m.def("renew_part", &renew);
    m.def("tell_sums", &tell_sums);
    m.def("take_sums",
          [](Simulation& part, const nb::list& told, bool keep) { Part::take_sums(part, views(told), keep); });
    m.def("take_options", &take_options);
    m.def("near_any", [](const Boxes& own, const Boxes& others, double margin, double size) {
        const std::vector<char> near = near_any(boxes(own), boxes(others), margin, size);
        return std::vector<bool>(near.begin(), near.end());
    });
}
