// The weights of a convex network, h_1 = W_0 x + b_0, h_(l+1) = W_l a(h_l) + b_l, N = w . a(h_L), laid out for the
// kernel: widths are padded with units that nobody reads to a multiple of BLOCK.
#pragma once

#include <span>
#include <vector>

namespace dda::laws {

/// Rows that the kernel takes at once.
inline constexpr int BLOCK = 8;

struct Layer {
    int inputs = 0, outputs = 0;  ///< padded
    std::vector<double> weights;  ///< (outputs, inputs)
    std::vector<double> bias;     ///< (outputs)
};

struct Layers {
    int inputs = 0;
    std::vector<Layer> layers;
    std::vector<double> out;  ///< w, (outputs of the last layer)

    /// widths: of the hidden layers; weights, biases: one span a layer, row-major; out: w.
    /// Throws std::invalid_argument where sizes do not fit, where a number is not finite, and where a weight that must
    /// be
    /// >= 0 is not: those of W_1, W_2, ..., w, and the columns of W_0 marked in `monotone`.
    Layers(std::span<const bool> monotone, std::span<const std::span<const double>> weights,
           std::span<const std::span<const double>> biases, std::span<const double> out);

    int widest() const;
};

}  // namespace dda::laws
