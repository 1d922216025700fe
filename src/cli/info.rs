//! `scenewright info`: what a model folder or a scene-graph file holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;

use scenewright_formats::open_scenes;
use scenewright_model::checkpoint::{ModelConfig, ModelFolder, Sg2ImConfig};
use scenewright_scene::vocab::Vocabulary;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  scenewright info models/collage-illustrated
  scenewright info assets/scenes/sheep.json")]
pub(crate) struct Args {
    /// A model folder, or a file of scene graphs of this or another program
    #[arg(value_name = "MODEL-OR-GRAPH")]
    path: PathBuf,
}

pub fn run(args: &Args) -> Result<()> {
    if scenewright_bundle::is_folder(&args.path) { model(&args.path) } else { graphs(&args.path) }
}

fn model(path: &Path) -> Result<()> {
    let folder = ModelFolder::open(path)?;
    let vocab = Vocabulary::from_sg2im(&folder.vocab)?;
    let (height, width) = folder.config.image_size();
    let parameters: usize = folder
        .weights
        .names()
        .filter_map(|name| folder.weights.shape(name))
        .map(|shape| shape.iter().product::<usize>())
        .sum();
    // What `render` would refuse is not called a model here.
    for name in folder.weights.names() {
        folder.weights.values(name)?;
    }
    let name = match &folder.config {
        ModelConfig::Sg2Im(_) => "sg2im",
        ModelConfig::Collage(_) => "collage",
    };
    say!("{name}, {width}×{height} pixels, {:.2} million parameters", parameters as f64 / 1e6)?;
    say!("  {} objects, {} predicates", vocab.objects().count(), vocab.predicates().count())?;
    match &folder.config {
        ModelConfig::Sg2Im(config) => sg2im(config, folder.discriminators.is_some()),
        ModelConfig::Collage(_) => match vocab.looks() {
            Some(looks) => say!("  {} drawings, {} lights", looks.variant_count() - 1, looks.light_count()),
            None => Ok(()),
        },
    }
}

fn sg2im(config: &Sg2ImConfig, has_discriminators: bool) -> Result<()> {
    say!(
        "  graph convolution: {} layers of {} (hidden {}), {:?} pooling",
        config.gconv_num_layers,
        config.gconv_dim,
        config.gconv_hidden_dim,
        config.gconv_pooling
    )?;
    match config.masks() {
        Some(side) => say!("  masks: {side}×{side}")?,
        None => say!("  masks: none, layouts are made of boxes")?,
    }
    say!(
        "  refinement: {:?}, {:?} normalization, {}",
        config.refinement_dims,
        config.normalization,
        config.activation
    )?;
    say!("  noise: {} channels", config.layout_noise_dim)?;
    say!("  discriminators: {}", if has_discriminators { "yes" } else { "no" })?;
    Ok(())
}

fn graphs(path: &Path) -> Result<()> {
    let file = open_scenes(path)?;
    let scenes = &file.scenes;
    if let Some(format) = file.format {
        say!("format: {format}")?;
    }
    let mut objects = BTreeMap::new();
    let mut predicates = BTreeMap::new();
    for (i, scene) in scenes.iter().enumerate() {
        let of = scene.extras().graph.get("image_id").and_then(|id| id.as_str()).map(|id| format!(" ({id})"));
        say!(
            "graph {i}{}: {} objects, {} relations",
            of.filter(|_| file.format.is_some()).unwrap_or_default(),
            scene.nodes().len(),
            scene.relations().len()
        )?;
        for odd in super::graph::oddities(scene) {
            say!("  {odd}")?;
        }
        scene.nodes().iter().for_each(|node| *objects.entry(node.name.clone()).or_insert(0) += 1);
        scene.relations().iter().for_each(|relation| *predicates.entry(relation.predicate.clone()).or_insert(0) += 1);
    }
    say!("objects: {}", counted(&objects))?;
    say!("relations: {}", counted(&predicates))?;
    for note in &file.notes {
        say!("{note}")?;
    }
    let vocabularies = [
        ("The illustrated world", Vocabulary::illustrated()),
        ("Visual Genome", Vocabulary::visual_genome()),
        ("COCO-Stuff", Vocabulary::coco_stuff()),
    ];
    for (name, vocab) in vocabularies {
        let unknown: Vec<_> = objects
            .keys()
            .filter(|word| vocab.object_id(word).is_none())
            .chain(predicates.keys().filter(|word| vocab.predicate_id_in_file(word).is_none()))
            .map(String::as_str)
            .collect();
        match unknown.as_slice() {
            [] => say!("{name} knows all of these words")?,
            unknown => say!("{name} does not know: {}", unknown.join(", "))?,
        }
    }
    Ok(())
}

fn counted(words: &BTreeMap<String, usize>) -> String {
    let show = |(word, &count): (&String, &usize)| if count == 1 { word.clone() } else { format!("{word} ×{count}") };
    words.iter().map(show).collect::<Vec<_>>().join(", ")
}
