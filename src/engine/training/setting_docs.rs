//! What the settings of a run mean, and between what they lie. One table, so that none is without.

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
    meaning("architecture", "Which network it is: a collage of drawn things, or (without this) sg2im", "collage"),
    meaning(
        "seed",
        "The dice of first weights, of noise and of the order of samples; the same seed gives the same run",
        "any whole number",
    ),
    meaning("iterations", "Steps after which the run is over", "1 and more; 300 is a touch, 4000 a night"),
    meaning(
        "batch_size",
        "Pictures in one step: more make calmer steps and take more memory",
        "1 to 4096; 16 is usual",
    ),
    meaning(
        "learning_rate",
        "How far a step goes. Too far and it diverges, too short and nothing moves",
        "above 0; 1e-4 to 1e-3",
    ),
    meaning("beta1", "Share of the past in the direction of a step (Adam)", "0 to 1; 0.5 or 0.9"),
    meaning("beta2", "Share of the past in the length of a step (Adam)", "0 to 1; 0.99 or 0.999"),
    meaning("clip_gradients", "A step whose gradients are longer is cut to this length", "0 (never) and more; 5 or 10"),
    meaning(
        "eval_mode_after",
        "From this step on, batch normalisation holds still and the optimiser starts anew, as the paper's training does",
        "0 (never) or a step",
    ),
    meaning(
        "ema_decay",
        "Share of the past in the average of weights that is shown and kept; an average draws calmer pictures",
        "0 (none) to below 1; 0.998",
    ),
    meaning("box_bias", "Where boxes start out, so that no side of them dies at 0", "0 (the paper's) or 0.5"),
    meaning("gan_loss", "How the two discriminators judge", "gan, wgan or lsgan"),
    meaning(
        "ablation",
        "Leaves a part of the paper's model out, for comparison",
        "none, or a row of the paper's table 1",
    ),
    meaning("schedule.kind", "How the learning rate goes down", "constant, cosine or linear"),
    meaning("schedule.warmup", "Steps in which the learning rate rises from 0", "0 and more"),
    meaning("schedule.last", "Share of the learning rate that is left at the end", "0 to 1"),
    meaning("losses.l1_pixel_loss_weight", "What each wrong pixel counts", "0 and more; 1"),
    meaning("losses.bbox_pred_loss_weight", "What boxes in the wrong place count", "0 and more; 10"),
    meaning("losses.mask_loss_weight", "What wrong outlines of objects count", "0 and more; 0.1"),
    meaning(
        "losses.predicate_pred_loss_weight",
        "What relations that cannot be told from the boxes count",
        "0 and more; 0 as in the paper's final model",
    ),
    meaning(
        "losses.discriminator_loss_weight",
        "What both discriminators count together: higher is sharper and less calm",
        "0 and more; 0.01",
    ),
    meaning("losses.d_obj_weight", "What the discriminator of objects counts of that", "0 and more; 1"),
    meaning("losses.d_img_weight", "What the discriminator of whole pictures counts of that", "0 and more; 1"),
    meaning("losses.ac_loss_weight", "What objects that cannot be told for what they are count", "0 and more; 0.1"),
    meaning(
        "losses.relation_loss_weight",
        "What boxes that break their relations count",
        "0 (the paper's) and more; 2",
    ),
    meaning(
        "layout_first.iterations",
        "Steps before the first picture that learn boxes and outlines alone: they are far cheaper",
        "0 (none) and more",
    ),
    meaning("layout_first.batch_size", "Scenes in one of those steps", "2 to 65536"),
    meaning("layout_first.learning_rate", "How far one of those steps goes", "above 0; 1e-3"),
    meaning("data.set", "What is learned from", "illustrated"),
    meaning("data.seed", "The dice of composed scenes: another number, other scenes", "any whole number"),
    meaning("data.kinds", "Kinds of composed scenes", "names such as \"meadow\"; none: all"),
    meaning("data.sprites", "Folders with drawings of your own, beside those that come with the program", "folders"),
    meaning(
        "data.light_of",
        "Objects whose light is part of their name: a sky at night is another word than a sky",
        "names such as \"sky\"",
    ),
    meaning(
        "data.keep_relations",
        "Of each scene's relations a share between these two is told: people write fewer than there are",
        "two numbers from 0 to 1",
    ),
    meaning("data.flip", "Every second scene is mirrored, and left becomes right", "on or off"),
    meaning("model.image_size", "Height and width of pictures, pixels", "powers of two; 64 is usual"),
    meaning("model.embedding_dim", "Numbers that stand for a word", "8 to 512"),
    meaning("model.gconv_dim", "Numbers that stand for an object while relations are read", "8 to 512"),
    meaning("model.gconv_hidden_dim", "Numbers in between, in each graph convolution", "16 to 2048"),
    meaning("model.gconv_pooling", "How an object hears of several relations", "avg or sum"),
    meaning("model.gconv_num_layers", "How far an object hears through relations", "0 to 10; 5"),
    meaning("model.mlp_normalization", "Normalisation in the layers of the graph", "none or batch"),
    meaning(
        "model.refinement_dims",
        "Channels of the network that paints, coarse to fine; one more doubles the size",
        "a list of numbers",
    ),
    meaning("model.normalization", "Normalisation while painting", "batch, instance or none"),
    meaning("model.activation", "What follows each layer", "relu or leakyrelu-0.2"),
    meaning("model.mask_size", "Side of an object's outline, in cells", "0 (none), or 4 to 64; 16"),
    meaning("model.layout_noise_dim", "Channels of dice: what makes two pictures of one scene differ", "0 to 64"),
    meaning(
        "model.rescale",
        "Stretches each picture to its darkest and brightest value, as the paper's program does",
        "on or off",
    ),
    meaning("d_obj.arch", "Layers of the discriminator of objects, as the paper writes them", "C4-64-2,C4-128-2 …"),
    meaning("d_obj.normalization", "Its normalisation", "batch, instance or none"),
    meaning("d_obj.activation", "What follows each of its layers", "leakyrelu-0.2"),
    meaning("d_obj.padding", "What its convolutions do at the edges", "same or valid"),
    meaning("d_obj.object_size", "Side of the cut-outs that it sees, pixels", "8 to 128; 32"),
    meaning("d_obj.spectral", "Holds its layers in bounds, which calms training", "on or off"),
    meaning(
        "d_img.arch",
        "Layers of the discriminator of whole pictures, as the paper writes them",
        "C4-64-2,C4-128-2 …",
    ),
    meaning("d_img.normalization", "Its normalisation", "batch, instance or none"),
    meaning("d_img.activation", "What follows each of its layers", "leakyrelu-0.2"),
    meaning("d_img.padding", "What its convolutions do at the edges", "same or valid"),
    meaning("d_img.object_size", "Of no meaning for whole pictures", "any whole number"),
    meaning("d_img.spectral", "Holds its layers in bounds, which calms training", "on or off"),
    meaning("keep.last_every", "Steps between two checkpoints that a kill cannot lose", "1 and more"),
    meaning("keep.checkpoint_every", "Steps between two checkpoints that stay, to roll back to", "0 (none) and more"),
    meaning(
        "keep.validate_every",
        "Steps between two looks at held-out scenes, each with a sheet of samples",
        "1 and more",
    ),
    meaning("keep.validation_scenes", "Held-out scenes that are looked at", "1 and more; 64"),
    meaning("keep.sample_scenes", "Scenes on a sheet of samples", "1 and more; 12"),
    meaning("sprites_every", "Every how many steps things are learned", "0 (never) and more"),
    meaning("from_pixels", "Of the things in a step, how many are told by their pixels alone", "0 to batch_size"),
    meaning("stuff_batch_size", "Materials in a step that has some", "1 to 4096"),
    meaning("stuff_every", "Every how many steps materials are learned", "0 (never) and more"),
    meaning("large_batch_size", "Things of twice the size in a step that has some", "1 to 4096"),
    meaning("large_every", "Every how many steps things of twice the size are learned", "0 (never) and more"),
    meaning("losses.colour", "What wrong colours count", "0 and more; 4"),
    meaning("losses.alpha", "What wrong opacity counts", "0 and more; 0.5"),
    meaning("losses.dice", "What outlines that do not overlap count", "0 and more; 0.1"),
    meaning("losses.edge", "What blurred edges count", "0 and more; 1"),
    meaning("losses.sprite_divergence", "How closely the variety of things is held together", "0 and more; 0.002"),
    meaning("losses.stuff_divergence", "How closely the variety of materials is held together", "0 and more; 0.006"),
    meaning("sprites", "Folders with drawings of your own, beside those that come with the program", "folders"),
    meaning("model.lights", "Kinds of light that the network knows", "20"),
    meaning(
        "model.sprite.large",
        "How wide the stage is that draws large things at 128 × 128; 0: none, they are enlarged",
        "0 to 128; 40",
    ),
    meaning(
        "model.sprite.detail",
        "Channels of the map of 32 × 32 that each drawing has of its own; 0: none, and fine patterns stay soft",
        "0 to 32; 4",
    ),
    meaning("model.sprite.class_dim", "Numbers that stand for a category of things", "8 to 256"),
    meaning("model.sprite.variant_dim", "Numbers that stand for a drawing of it", "8 to 256"),
    meaning("model.sprite.latent_dim", "Numbers that say how one differs from the others", "4 to 256"),
    meaning("model.sprite.code_dim", "Numbers that a thing is decoded from", "16 to 512"),
    meaning("model.sprite.widths", "Channels of the decoder of things at 4, 8, 16 and 32 pixels", "four numbers"),
    meaning(
        "model.sprite.encoder_widths",
        "Channels of the encoder of things at 32, 16, 8 and 4 pixels",
        "four numbers",
    ),
    meaning("model.stuff.class_dim", "Numbers that stand for a material", "8 to 256"),
    meaning("model.stuff.light_dim", "Numbers that stand for a light", "4 to 256"),
    meaning("model.stuff.code_dim", "Numbers that a material is decoded from", "8 to 512"),
    meaning("model.stuff.latent_channels", "Channels of the map that says how a material lies", "1 to 64"),
    meaning("model.stuff.widths", "Channels of the decoder of materials", "four numbers"),
    meaning("model.stuff.encoder_widths", "Channels of the encoder of materials", "four numbers"),
    meaning(
        "freeze",
        "Parts that do not learn, by the beginning of their names",
        "names such as \"refinement_net\"; none: all learn",
    ),
    meaning("data.source", "What is learned from", "illustrated, pictures, coco or visual_genome"),
    meaning("data.path", "The folder of the pictures that are learned from", "a folder"),
    meaning("data.mix", "Share of composed scenes among your own pictures, against forgetting", "0 to below 1"),
    meaning(
        "data.crop",
        "Up to this share of each side of a picture is cut off by dice, so that few pictures teach more",
        "0 to 0.9",
    ),
    meaning("data.colour", "Brightness, contrast and colours of pictures are changed by up to this share", "0 to 0.9"),
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
    meaning("pictures", "Folders of pictures of your own, whose objects are cut out and learned", "folders"),
    meaning(
        "own_share",
        "Share of your own among the things in a step; the others are there so that nothing is forgotten",
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
