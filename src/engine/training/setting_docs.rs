//! Descriptions and ranges of all settings of a run, in one table; a test checks that none is missing.

/// A setting by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingDoc {
    pub key: &'static str,
    pub text: &'static str,
    pub range: &'static str,
}

const fn meaning(key: &'static str, text: &'static str, range: &'static str) -> SettingDoc {
    SettingDoc { key, text, range }
}

pub const SETTING_DOCS: &[SettingDoc] = &[
    meaning("architecture", "Architecture of the network: collage, or (without this key) sg2im", "collage"),
    meaning(
        "seed",
        "Random seed of initial weights, noise and the order of samples; the same seed gives the same run",
        "any whole number",
    ),
    meaning("iterations", "Number of training steps", "1 and more; 300: quick fine-tune, 4000: overnight"),
    meaning(
        "batch_size",
        "Batch size, pictures: larger batches give smoother gradients and need more memory",
        "1 to 4096; 16 by default",
    ),
    meaning(
        "learning_rate",
        "Learning rate. Too high and training diverges, too low and nothing is learned",
        "above 0; 1e-4 to 1e-3",
    ),
    meaning("beta1", "Adam's beta1: decay of the mean of gradients", "0 to 1; 0.5 or 0.9"),
    meaning("beta2", "Adam's beta2: decay of the mean of squared gradients", "0 to 1; 0.99 or 0.999"),
    meaning(
        "clip_gradients",
        "Gradient clipping: longest norm of the gradients of a step",
        "0 (never) and more; 5 or 10",
    ),
    meaning(
        "eval_mode_after",
        "From this step on, batch normalization uses running statistics and the optimizer starts again, as in the paper",
        "0 (never) or a step",
    ),
    meaning(
        "ema_decay",
        "Decay of the moving average of weights (EMA) that is shown and kept; it draws smoother pictures",
        "0 (none) to below 1; 0.998",
    ),
    meaning(
        "box_bias",
        "Initial bias of the boxes' last layer, so that no coordinate stays at 0",
        "0 (the paper's) or 0.5",
    ),
    meaning("gan_loss", "Loss of the two discriminators", "gan, wgan or lsgan"),
    meaning("ablation", "Ablation: leaves out a part of the paper's model", "none, or a row of the paper's table 1"),
    meaning("schedule.kind", "Schedule of the learning rate", "constant, cosine or linear"),
    meaning("schedule.warmup", "Warmup steps, in which the learning rate rises from 0", "0 and more"),
    meaning("schedule.last", "Final learning rate, as a share of the highest", "0 to 1"),
    meaning("losses.l1_pixel_loss_weight", "Weight of the pixel loss", "0 and more; 1"),
    meaning("losses.bbox_pred_loss_weight", "Weight of the box loss", "0 and more; 10"),
    meaning("losses.mask_loss_weight", "Weight of the mask loss", "0 and more; 0.1"),
    meaning(
        "losses.predicate_pred_loss_weight",
        "Weight of relations that boxes cannot decide",
        "0 and more; 0 as in the paper's final model",
    ),
    meaning(
        "losses.discriminator_loss_weight",
        "Weight of both discriminators together: higher is sharper and less stable",
        "0 and more; 0.01",
    ),
    meaning("losses.d_obj_weight", "Weight of the object discriminator within that", "0 and more; 1"),
    meaning("losses.d_img_weight", "Weight of the image discriminator within that", "0 and more; 1"),
    meaning("losses.ac_loss_weight", "Weight of the category loss of the object discriminator", "0 and more; 0.1"),
    meaning("losses.relation_loss_weight", "Weight of relations that the boxes violate", "0 (the paper's) and more; 2"),
    meaning(
        "layout_first.iterations",
        "Steps at the start that train boxes and masks only; they are much cheaper",
        "0 (none) and more",
    ),
    meaning("layout_first.batch_size", "Batch size of those steps, scenes", "2 to 65536"),
    meaning("layout_first.learning_rate", "Learning rate of those steps", "above 0; 1e-3"),
    meaning("data.set", "Training data", "illustrated"),
    meaning("data.seed", "Random seed of composed scenes: another number, other scenes", "any whole number"),
    meaning("data.kinds", "Kinds of composed scenes", "names such as \"meadow\"; none: all"),
    meaning("data.sprites", "Folders with drawings of your own, beside those that come with the program", "folders"),
    meaning(
        "data.light_of",
        "Objects whose light is part of their name: a sky at night becomes another word than a sky",
        "names such as \"sky\"",
    ),
    meaning(
        "data.keep_relations",
        "Share of each scene's relations that is stated, between these two: people write fewer than there are",
        "two numbers from 0 to 1",
    ),
    meaning("data.flip", "Every second scene is mirrored, and left becomes right", "on or off"),
    meaning("model.image_size", "Height and width of pictures, pixels", "powers of two; 64 by default"),
    meaning("model.embedding_dim", "Size of the embedding of a word", "8 to 512"),
    meaning("model.gconv_dim", "Size of an object's vector in the graph convolutions", "8 to 512"),
    meaning("model.gconv_hidden_dim", "Size of the hidden layer of each graph convolution", "16 to 2048"),
    meaning("model.gconv_pooling", "Pooling over the relations of an object", "avg or sum"),
    meaning("model.gconv_num_layers", "Number of graph convolutions", "0 to 10; 5"),
    meaning("model.mlp_normalization", "Normalization in the layers of the graph", "none or batch"),
    meaning(
        "model.refinement_dims",
        "Channels of the refinement network, coarse to fine; one more doubles the picture size",
        "a list of numbers",
    ),
    meaning("model.normalization", "Normalization in the refinement network", "batch, instance or none"),
    meaning("model.activation", "Activation after each layer", "relu or leakyrelu-0.2"),
    meaning("model.mask_size", "Side of an object's mask, in cells", "0 (none), or 4 to 64; 16"),
    meaning("model.layout_noise_dim", "Channels of noise: what makes two pictures of one scene differ", "0 to 64"),
    meaning(
        "model.rescale",
        "Stretches each picture to its darkest and brightest value, as the paper's program does",
        "on or off",
    ),
    meaning("d_obj.arch", "Layers of the object discriminator, in the paper's notation", "C4-64-2,C4-128-2 …"),
    meaning("d_obj.normalization", "Its normalization", "batch, instance or none"),
    meaning("d_obj.activation", "Activation after each of its layers", "leakyrelu-0.2"),
    meaning("d_obj.padding", "Padding of its convolutions", "same or valid"),
    meaning("d_obj.object_size", "Side of its input crops, pixels", "8 to 128; 32"),
    meaning("d_obj.spectral", "Spectral normalization, which stabilizes training", "on or off"),
    meaning("d_img.arch", "Layers of the image discriminator, in the paper's notation", "C4-64-2,C4-128-2 …"),
    meaning("d_img.normalization", "Its normalization", "batch, instance or none"),
    meaning("d_img.activation", "Activation after each of its layers", "leakyrelu-0.2"),
    meaning("d_img.padding", "Padding of its convolutions", "same or valid"),
    meaning("d_img.object_size", "Not used for whole pictures", "any whole number"),
    meaning("d_img.spectral", "Spectral normalization, which stabilizes training", "on or off"),
    meaning("keep.last_every", "Steps between two writes of the last checkpoint", "1 and more"),
    meaning(
        "keep.checkpoint_every",
        "Steps between two checkpoints that are kept, to roll back to",
        "0 (none) and more",
    ),
    meaning(
        "keep.validate_every",
        "Steps between two validations on held-out scenes, each with a sheet of samples",
        "1 and more",
    ),
    meaning("keep.validation_scenes", "Held-out scenes in one validation", "1 and more; 64"),
    meaning("keep.sample_scenes", "Scenes on a sheet of samples", "1 and more; 12"),
    meaning("sprites_every", "Things are trained in every Nth step", "0 (never) and more"),
    meaning("from_pixels", "Of the things in a step, how many are described by their pixels alone", "0 to batch_size"),
    meaning("stuff_batch_size", "Batch size of materials", "1 to 4096"),
    meaning("stuff_every", "Materials are trained in every Nth step", "0 (never) and more"),
    meaning("large_batch_size", "Batch size of things of twice the size", "1 to 4096"),
    meaning("large_every", "Things of twice the size are trained in every Nth step", "0 (never) and more"),
    meaning("losses.colour", "Weight of color errors", "0 and more; 4"),
    meaning("losses.alpha", "Weight of opacity errors", "0 and more; 0.5"),
    meaning("losses.dice", "Weight of the Dice loss of outlines", "0 and more; 0.1"),
    meaning("losses.edge", "Weight of edge errors, against blur", "0 and more; 1"),
    meaning("losses.sprite_divergence", "Weight of the KL term of things' latents", "0 and more; 0.002"),
    meaning("losses.stuff_divergence", "Weight of the KL term of materials' latents", "0 and more; 0.006"),
    meaning("sprites", "Folders with drawings of your own, beside those that come with the program", "folders"),
    meaning("model.lights", "Kinds of light that the network knows", "20"),
    meaning(
        "model.sprite.large",
        "Channels of the stage that draws large things at 128 × 128; 0: none, they are enlarged",
        "0 to 128; 40",
    ),
    meaning(
        "model.sprite.detail",
        "Channels of each drawing's own 32 × 32 map; 0: none, and fine patterns stay blurred",
        "0 to 32; 4",
    ),
    meaning("model.sprite.class_dim", "Size of the embedding of a category", "8 to 256"),
    meaning("model.sprite.variant_dim", "Size of the embedding of a drawing", "8 to 256"),
    meaning("model.sprite.latent_dim", "Size of the latent vector", "4 to 256"),
    meaning("model.sprite.code_dim", "Size of the decoder's input for things", "16 to 512"),
    meaning("model.sprite.widths", "Channels of the decoder of things at 4, 8, 16 and 32 pixels", "four numbers"),
    meaning(
        "model.sprite.encoder_widths",
        "Channels of the encoder of things at 32, 16, 8 and 4 pixels",
        "four numbers",
    ),
    meaning("model.stuff.class_dim", "Size of the embedding of a material", "8 to 256"),
    meaning("model.stuff.light_dim", "Size of the embedding of a light", "4 to 256"),
    meaning("model.stuff.code_dim", "Size of the decoder's input for materials", "8 to 512"),
    meaning("model.stuff.latent_channels", "Channels of the latent map of materials", "1 to 64"),
    meaning("model.stuff.widths", "Channels of the decoder of materials", "four numbers"),
    meaning("model.stuff.encoder_widths", "Channels of the encoder of materials", "four numbers"),
    meaning(
        "freeze",
        "Frozen parts, by the beginning of their names",
        "names such as \"refinement_net\"; none: all are trained",
    ),
    meaning("data.source", "Training data", "illustrated, pictures, coco or visual_genome"),
    meaning("data.path", "The folder of training pictures", "a folder"),
    meaning("data.mix", "Share of composed scenes mixed with your own pictures, against forgetting", "0 to below 1"),
    meaning(
        "data.crop",
        "Up to this share of each side of a picture is cropped at random, against overfitting few pictures",
        "0 to 0.9",
    ),
    meaning(
        "data.colour",
        "Brightness, contrast and saturation of pictures are changed by up to this share",
        "0 to 0.9",
    ),
    meaning(
        "data.coco.min_object_size",
        "Smaller objects are left out, as a share of the picture",
        "0 to below 1; 0.02",
    ),
    meaning("data.coco.min_objects_per_image", "Pictures with fewer objects are left out", "0 and more; 3"),
    meaning("data.coco.max_objects_per_image", "Pictures with more objects are left out", "1 and more; 8"),
    meaning("data.coco.stuff_only", "Only pictures whose stuff is outlined are taken, as in the paper", "on or off"),
    meaning("data.coco.include_other", "The category \"other\" is taken, too", "on or off"),
    meaning("data.coco.instance_whitelist", "Categories of things that are taken", "names; none: all"),
    meaning("data.coco.stuff_whitelist", "Categories of stuff that are taken", "names; none: all"),
    meaning("pictures", "Folders of your own pictures, whose objects are cut out and used for training", "folders"),
    meaning(
        "own_share",
        "Share of your own objects among the things in a step; the others prevent forgetting",
        "0 to 1; 0.6",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_data::DataSource;
    use strum::IntoEnumIterator;

    #[test]
    fn every_data_source_is_named() {
        let doc = SETTING_DOCS.iter().find(|doc| doc.key == "data.source").unwrap();
        for source in DataSource::iter() {
            assert!(doc.range.split([' ', ',']).any(|word| word == source.key()), "{source:?}: {}", doc.range);
        }
    }
}
