//! The tensors an sg2im model has: names and shapes of sg2im's state dict, derived from its configuration.

use crate::sg2im::config::{MlpNorm, Norm, Sg2ImConfig};

/// Counters that newer torch keeps beside batch statistics. Nothing reads them (momentum is fixed at 0.1), old checkpoints lack them, so
/// they are neither expected nor kept.
pub fn is_counter(name: &str) -> bool {
    name.rsplit('.').next() == Some("num_batches_tracked")
}

/// Every parameter and buffer of sg2im's `Sg2ImModel`, in its order, without the counters of [`is_counter`].
/// sg2im: model.py, Sg2ImModel.__init__.
pub fn expected_tensors(config: &Sg2ImConfig, objects: usize, predicates: usize) -> Vec<(String, Vec<usize>)> {
    let Sg2ImConfig { embedding_dim, gconv_dim, gconv_hidden_dim: hidden, .. } = *config;
    let mut list = List { tensors: Vec::new(), mlp_norm: config.mlp_normalization };

    // One row more than there are objects; sg2im never uses it.
    list.add("obj_embeddings.weight", &[objects + 1, embedding_dim]);
    list.add("pred_embeddings.weight", &[predicates, embedding_dim]);
    if config.gconv_num_layers == 0 {
        list.linear("gconv", embedding_dim, gconv_dim);
    } else {
        list.triple_conv("gconv", embedding_dim, gconv_dim, hidden);
        for layer in 0..config.gconv_num_layers - 1 {
            list.triple_conv(&format!("gconv_net.gconvs.{layer}"), gconv_dim, gconv_dim, hidden);
        }
    }
    list.mlp("box_net", [gconv_dim, hidden, 4]);
    if let Some(size) = config.masks() {
        list.mask_net(gconv_dim, size);
    }
    list.mlp("rel_aux_net", [2 * embedding_dim + 8, hidden, predicates]);
    list.refinement_net(config);
    list.tensors
}

struct List {
    tensors: Vec<(String, Vec<usize>)>,
    mlp_norm: MlpNorm,
}

impl List {
    fn add(&mut self, name: impl Into<String>, shape: &[usize]) {
        self.tensors.push((name.into(), shape.to_vec()));
    }

    fn linear(&mut self, prefix: &str, input: usize, output: usize) {
        self.add(format!("{prefix}.weight"), &[output, input]);
        self.add(format!("{prefix}.bias"), &[output]);
    }

    fn conv(&mut self, prefix: &str, input: usize, output: usize, kernel: usize) {
        self.add(format!("{prefix}.weight"), &[output, input, kernel, kernel]);
        self.add(format!("{prefix}.bias"), &[output]);
    }

    fn batch_norm(&mut self, prefix: &str, width: usize) {
        for name in ["weight", "bias", "running_mean", "running_var"] {
            self.add(format!("{prefix}.{name}"), &[width]);
        }
    }

    /// Linear, [BatchNorm1d,] ReLU per step, the last one included. sg2im: layers.py, build_mlp.
    fn mlp(&mut self, prefix: &str, dims: [usize; 3]) {
        let mut index = 0;
        for step in dims.windows(2) {
            self.linear(&format!("{prefix}.{index}"), step[0], step[1]);
            index += match self.mlp_norm {
                MlpNorm::None => 2,
                MlpNorm::Batch => {
                    self.batch_norm(&format!("{prefix}.{}", index + 1), step[1]);
                    3
                }
            };
        }
    }

    /// sg2im: graph.py, GraphTripleConv.
    fn triple_conv(&mut self, prefix: &str, input: usize, output: usize, hidden: usize) {
        self.mlp(&format!("{prefix}.net1"), [3 * input, hidden, 2 * hidden + output]);
        self.mlp(&format!("{prefix}.net2"), [hidden, hidden, output]);
    }

    /// Upsample, BatchNorm2d, Conv2d, ReLU until the side is reached, then a 1x1 convolution. sg2im: model.py, _build_mask_net.
    fn mask_net(&mut self, width: usize, size: usize) {
        let doublings = size.ilog2() as usize;
        for i in 0..doublings {
            self.batch_norm(&format!("mask_net.{}", 4 * i + 1), width);
            self.conv(&format!("mask_net.{}", 4 * i + 2), width, width, 3);
        }
        self.conv(&format!("mask_net.{}", 4 * doublings), width, 1, 1);
    }

    /// Each module sees layout, noise and the features of the one before; the first sees one channel of zeros. sg2im: crn.py.
    fn refinement_net(&mut self, config: &Sg2ImConfig) {
        let layout = config.gconv_dim + config.layout_noise_dim;
        let mut features = 1;
        for (i, &width) in config.refinement_dims.iter().enumerate() {
            let net = format!("refinement_net.refinement_modules.{i}.net");
            // Without normalization its place closes up; InstanceNorm2d keeps its place but has no parameters.
            let second = if config.normalization == Norm::None { 2 } else { 3 };
            for (index, input) in [(0, layout + features), (second, width)] {
                self.conv(&format!("{net}.{index}"), input, width, 3);
                if config.normalization == Norm::Batch {
                    self.batch_norm(&format!("{net}.{}", index + 1), width);
                }
            }
            features = width;
        }
        self.conv("refinement_net.output_conv.0", features, features, 3);
        self.conv("refinement_net.output_conv.2", features, 3, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batch_norm_in_the_mlps_shifts_the_indices() {
        let config = Sg2ImConfig { mlp_normalization: MlpNorm::Batch, ..Default::default() };
        let names: Vec<_> = expected_tensors(&config, 3, 2).into_iter().map(|(name, _)| name).collect();
        let box_net: Vec<_> = names.iter().filter(|name| name.starts_with("box_net.")).map(|name| &name[8..]).collect();
        // sg2im: layers.py, build_mlp: Linear 0, BatchNorm1d 1, ReLU 2, Linear 3, BatchNorm1d 4, ReLU 5.
        assert_eq!(
            box_net,
            [
                "0.weight",
                "0.bias",
                "1.weight",
                "1.bias",
                "1.running_mean",
                "1.running_var",
                "3.weight",
                "3.bias",
                "4.weight",
                "4.bias",
                "4.running_mean",
                "4.running_var"
            ]
        );
    }

    #[test]
    fn without_normalization_the_second_convolution_moves_up() {
        let config = Sg2ImConfig { normalization: Norm::None, ..Default::default() };
        let names: Vec<_> = expected_tensors(&config, 3, 2).into_iter().map(|(name, _)| name).collect();
        assert!(names.contains(&"refinement_net.refinement_modules.0.net.2.weight".to_owned()));
        assert!(!names.iter().any(|name| name.starts_with("refinement_net.refinement_modules.0.net.1.")));
    }
}
