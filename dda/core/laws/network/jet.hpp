// Value, gradient and Hessian of a convex network at eight points.
//
//     forward:   z_l = a(h_l),   J_l = d h_l / d x,   J_(l+1) = W_l diag(a'(h_l)) J_l
//     backward:  g_L = w,   g_(l-1) = W_(l-1)^T (a'(h_l) g_l)
//     N = w . z_L,   grad N = W_0^T (a'(h_1) g_1),   Hess N = sum_l J_l^T diag(g_l a''(h_l)) J_l
#pragma once

#include <memory>

#include "activation.hpp"
#include "layers.hpp"

namespace dda::laws {

template <int N>
constexpr int TRIANGLE = N * (N + 1) / 2;

/// hessian: lower triangle, row after row.
template <int N>
struct Jet {
    Lanes value, gradient[N], hessian[TRIANGLE<N>];
};

/// What the next layer reads of a unit: z, and a' J.
template <int N>
struct Forward {
    Lanes z, d[N];
};

/// What the way back reads of a unit.
template <int N>
struct Backward {
    Lanes slope, curvature, J[N];
};

/// Lanes in a container, which would drop their alignment.
struct Cell {
    Lanes x;
};
static_assert(alignof(Cell) == sizeof(Lanes));

/// Room for one pass, used again for every eight points; not set to zero, every part is written before it is read.
template <int N>
struct Workspace {
    std::unique_ptr<Forward<N>[]> now, next;
    std::unique_ptr<Backward<N>[]> back;  ///< layer after layer
    std::unique_ptr<Cell[]> v, g;

    explicit Workspace(const Layers& net)
        : now(std::make_unique_for_overwrite<Forward<N>[]>(net.widest())),
          next(std::make_unique_for_overwrite<Forward<N>[]>(net.widest())),
          back(std::make_unique_for_overwrite<Backward<N>[]>(net.layers.size() * net.widest())),
          v(std::make_unique_for_overwrite<Cell[]>(net.widest())),
          g(std::make_unique_for_overwrite<Cell[]>(net.widest())) {}
};

template <int N, class Activation>
DDA_INLINE void activate(const Lanes& h, const Lanes (&J)[N], Forward<N>& f, Backward<N>& b) {
    Activated a;
    Activation::apply(h, a);
    f.z = a.value;
    b.slope = a.slope;
    b.curvature = a.curvature;
    for (int i = 0; i < N; ++i) {
        b.J[i] = J[i];
        f.d[i] = a.slope * J[i];
    }
}

template <int N, class Activation>
DDA_INLINE void first_layer(const Layer& l, const Lanes (&x)[N], Forward<N>* out, Backward<N>* back) {
    for (int o = 0; o < l.outputs; ++o) {
        Lanes h = all(l.bias[o]), J[N];
        for (int i = 0; i < N; ++i) {
            J[i] = all(l.weights[o * N + i]);
            h += J[i] * x[i];
        }
        activate<N, Activation>(h, J, out[o], back[o]);
    }
}

/// Two rows at a time: their sums are the chains that keep the multipliers busy.
template <int N, class Activation>
DDA_INLINE void next_layer(const Layer& l, const Forward<N>* in, Forward<N>* out, Backward<N>* back) {
    for (int o = 0; o < l.outputs; o += 2) {
        const double *w0 = &l.weights[o * l.inputs], *w1 = w0 + l.inputs;
        Lanes h0 = all(l.bias[o]), h1 = all(l.bias[o + 1]), J0[N], J1[N];
        for (int i = 0; i < N; ++i) J0[i] = J1[i] = all(0.0);
        for (int j = 0; j < l.inputs; ++j) {
            const Forward<N>& f = in[j];
            h0 += w0[j] * f.z;
            h1 += w1[j] * f.z;
            for (int i = 0; i < N; ++i) {
                J0[i] += w0[j] * f.d[i];
                J1[i] += w1[j] * f.d[i];
            }
        }
        activate<N, Activation>(h0, J0, out[o], back[o]);
        activate<N, Activation>(h1, J1, out[o + 1], back[o + 1]);
    }
}

/// g = W^T v
DDA_INLINE void transposed_product(const Layer& l, const Cell* v, Cell* g) {
    for (int i = 0; i < l.inputs; i += BLOCK) {
        Lanes sum[BLOCK];
        for (int k = 0; k < BLOCK; ++k) sum[k] = all(0.0);
        const double* w = &l.weights[i];
        for (int o = 0; o < l.outputs; ++o, w += l.inputs)
            for (int k = 0; k < BLOCK; ++k) sum[k] += w[k] * v[o].x;
        for (int k = 0; k < BLOCK; ++k) g[i + k].x = sum[k];
    }
}

template <int N>
DDA_INLINE void curve(const Lanes& weight, const Lanes (&J)[N], Lanes (&hessian)[TRIANGLE<N>]) {
    for (int a = 0, t = 0; a < N; ++a) {
        const Lanes q = weight * J[a];
        for (int b = 0; b <= a; ++b, ++t) hessian[t] += q * J[b];
    }
}

/// N alone; z: room for two layers.
template <int N, class Activation>
DDA_INLINE Lanes evaluate_value(const Layers& net, const Lanes (&x)[N], Cell* z) {
    Cell *now = z, *next = z + net.widest();
    for (int i = 0; i < N; ++i) now[i].x = x[i];
    for (const Layer& l : net.layers) {
        for (int o = 0; o < l.outputs; ++o) {
            Lanes h = all(l.bias[o]);
            for (int j = 0; j < l.inputs; ++j) h += l.weights[o * l.inputs + j] * now[j].x;
            Activated a;
            Activation::apply(h, a);
            next[o].x = a.value;
        }
        Cell* t = now;
        now = next;
        next = t;
    }
    Lanes value = all(0.0);
    for (std::size_t o = 0; o < net.out.size(); ++o) value += net.out[o] * now[o].x;
    return value;
}

template <int N, class Activation>
DDA_INLINE void evaluate_jet(const Layers& net, const Lanes (&x)[N], Workspace<N>& work, Jet<N>& out) {
    const std::size_t depth = net.layers.size();
    Forward<N>*now = work.now.get(), *next = work.next.get();
    const std::size_t widest = net.widest();
    first_layer<N, Activation>(net.layers[0], x, now, work.back.get());
    for (std::size_t k = 1; k < depth; ++k) {
        next_layer<N, Activation>(net.layers[k], now, next, work.back.get() + k * widest);
        Forward<N>* t = now;
        now = next;
        next = t;
    }
    Cell* g = work.g.get();
    out.value = all(0.0);
    for (std::size_t o = 0; o < net.out.size(); ++o) {
        out.value += net.out[o] * now[o].z;
        g[o].x = all(net.out[o]);
    }
    for (Lanes& h : out.hessian) h = all(0.0);
    for (Lanes& d : out.gradient) d = all(0.0);
    for (std::size_t k = depth; k-- > 0;) {
        const Layer& l = net.layers[k];
        const Backward<N>* back = work.back.get() + k * widest;
        Cell* v = work.v.get();
        Lanes sum[TRIANGLE<N>], slope[N];
        for (int t = 0; t < TRIANGLE<N>; ++t) sum[t] = out.hessian[t];
        for (int i = 0; i < N; ++i) slope[i] = all(0.0);
        for (int o = 0; o < l.outputs; ++o) {
            v[o].x = g[o].x * back[o].slope;
            curve<N>(g[o].x * back[o].curvature, back[o].J, sum);
            if (k == 0)
                for (int i = 0; i < N; ++i) slope[i] += v[o].x * back[o].J[i];
        }
        for (int t = 0; t < TRIANGLE<N>; ++t) out.hessian[t] = sum[t];
        if (k == 0)
            for (int i = 0; i < N; ++i) out.gradient[i] = slope[i];
        else
            transposed_product(l, v, g);
    }
}

}  // namespace dda::laws
