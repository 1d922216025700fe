//! A workflow for ComfyUI in the form of its API: `{id: {"class_type", "inputs"}}`, with core nodes only.
//!
//! The scene as a whole is one prompt, each object another, which counts where its mask is white; our picture is the start, and the sampler paints over
//! it (img2img). Files are named, never embedded: ComfyUI looks for them in its folder `input`.
//!
//! ```text
//! CheckpointLoaderSimple -> CLIPTextEncode ------------------------------------------> ConditioningCombine -> KSampler -> VAEDecode -> SaveImage
//!                        -> CLIPTextEncode -> ConditioningSetMask <- LoadImageMask -/                            |
//! LoadImage -> VAEEncode ------------------------------------------------------------------------------------/
//! ```

use image::{GrayImage, RgbImage, imageops};
use scenewright_language::scene_prompt;
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;
use serde_json::{Map, Value, json};

use super::format::file_word;
use super::pixels::{Scaling, gray_png, image, png_with_graph};
use super::stack::{back_to_front, visible_masks};
use super::{ExportError, cut};
use crate::Picture;

/// The workflow's own file.
const WORKFLOW: &str = "workflow.json";
/// Checkpoints differ from machine to machine; ComfyUI asks for another where this one is missing.
const CHECKPOINT: &str = "sd_xl_base_1.0.safetensors";
const NEGATIVE: &str = "text, watermark, blurry, deformed";
/// How far the sampler may go from our picture: 1 would ignore it.
const DENOISE: f64 = 0.75;
const STEPS: u32 = 25;
const GUIDANCE: f64 = 7.0;
/// Of the picture; of an object of which less is seen, a prompt would be lost.
const MIN_SEEN: f32 = 0.0005;
/// Latents have a cell for so many pixels.
const CELL_PX: u32 = 8;
/// Generators were trained on pictures that are not smaller.
const MIN_SIDE_PX: u32 = 512;
/// JavaScript keeps no larger whole number exactly.
const MAX_SEED: u64 = (1 << 53) - 1;

/// The size of pictures for image generators: enlarged `scale` times, at least 512 pixels on the shorter side, sides that latents divide.
pub(super) fn generator_size(picture: &Picture, scale: u32) -> (u32, u32) {
    let (width, height) = (picture.width.max(1) as u32, picture.height.max(1) as u32);
    let factor = (f64::from(MIN_SIDE_PX) / f64::from(width.min(height))).max(f64::from(scale));
    let side = |pixels: u32| ((f64::from(pixels) * factor / f64::from(CELL_PX)).round() as u32).max(1) * CELL_PX;
    (side(width), side(height))
}

/// The picture in the size of [`generator_size`].
pub(super) fn generator_image(picture: &Picture, scale: u32, scaling: Scaling) -> RgbImage {
    let (width, height) = generator_size(picture, scale);
    let filter = match scaling {
        Scaling::Smooth => imageops::FilterType::CatmullRom,
        Scaling::Crisp => imageops::FilterType::Nearest,
    };
    imageops::resize(&image(picture, 1), width, height, filter)
}

/// The files of a workflow: `workflow.json`, the start and a mask for each object. `name` begins the names of the pictures, so that those of several
/// scenes can lie beside each other.
pub(super) fn comfyui(
    picture: &Picture,
    scene: &Scene,
    vocab: &Vocabulary,
    (scale, scaling): (u32, Scaling),
    name: &str,
) -> Result<Vec<(String, Vec<u8>)>, ExportError> {
    let name = file_word(name);
    let start = format!("{name}-start.png");
    let (width, height) = generator_size(picture, scale);
    let mut files = vec![(start.clone(), png_with_graph(&generator_image(picture, scale, scaling), scene)?)];
    let stack = back_to_front(picture, vocab);
    let prompt = scene_prompt(scene, vocab);
    let mut regions: Vec<Region> = Vec::new();
    visible_masks(&stack, width, height, |place, mask: GrayImage, seen| {
        if seen < MIN_SEEN {
            return Ok(());
        }
        let placed = stack[place];
        let of_thing = prompt.objects.iter().find(|object| Some(object.node) == placed.node);
        let text = match of_thing {
            Some(object) => object.description.clone(),
            None => scenewright_language::material_phrase(&placed.name),
        };
        let title = cut::title(placed, scene).to_owned();
        let file = format!("{name}-mask-{place:03}-{}.png", file_word(&title));
        files.push((file.clone(), gray_png(&mask)?));
        regions.push(Region { title, text, file });
        Ok::<(), ExportError>(())
    })?;
    // From back to front, as a person would tell it.
    regions.reverse();
    let workflow = workflow(&prompt.text(), &regions, &start, &name, picture.seed);
    files.push((WORKFLOW.to_owned(), format!("{:#}\n", Value::Object(workflow)).into_bytes()));
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

/// A prompt for a part of the picture.
struct Region {
    title: String,
    text: String,
    file: String,
}

/// Nodes by their numbers.
#[derive(Default)]
struct Nodes(Map<String, Value>);

impl Nodes {
    /// Adds a node; returns its number, by which others take its outputs.
    fn add(&mut self, class: &str, title: &str, inputs: Value) -> String {
        let id = (self.0.len() + 1).to_string();
        self.0.insert(id.clone(), json!({ "class_type": class, "inputs": inputs, "_meta": { "title": title } }));
        id
    }
}

/// The output of a node, as an input of another.
fn output(node: &str, number: usize) -> Value {
    json!([node, number])
}

fn workflow(text: &str, regions: &[Region], start: &str, name: &str, seed: u64) -> Map<String, Value> {
    let mut nodes = Nodes::default();
    let checkpoint =
        nodes.add("CheckpointLoaderSimple", "Checkpoint: choose yours", json!({ "ckpt_name": CHECKPOINT }));
    let encode = |nodes: &mut Nodes, title: &str, text: &str| {
        nodes.add("CLIPTextEncode", title, json!({ "text": text, "clip": output(&checkpoint, 1) }))
    };
    let mut positive = encode(&mut nodes, "The whole scene", text);
    for Region { title, text, file } in regions {
        let prompt = encode(&mut nodes, title, text);
        let mask = nodes.add("LoadImageMask", &format!("{title}: mask"), json!({ "image": file, "channel": "red" }));
        let masked = json!({
            "conditioning": output(&prompt, 0),
            "mask": output(&mask, 0),
            "strength": 1.0,
            "set_cond_area": "default",
        });
        let masked = nodes.add("ConditioningSetMask", &format!("{title}: where"), masked);
        let both = json!({ "conditioning_1": output(&positive, 0), "conditioning_2": output(&masked, 0) });
        positive = nodes.add("ConditioningCombine", &format!("with {title}"), both);
    }
    let negative = encode(&mut nodes, "What should not be there", NEGATIVE);
    let start = nodes.add("LoadImage", "Start: the picture of the scene", json!({ "image": start }));
    let pixels = json!({ "pixels": output(&start, 0), "vae": output(&checkpoint, 2) });
    let latent = nodes.add("VAEEncode", "Start as latent", pixels);
    let sampler = json!({
        "model": output(&checkpoint, 0),
        "positive": output(&positive, 0),
        "negative": output(&negative, 0),
        "latent_image": output(&latent, 0),
        "seed": seed % (MAX_SEED + 1),
        "steps": STEPS,
        "cfg": GUIDANCE,
        "sampler_name": "euler",
        "scheduler": "normal",
        "denoise": DENOISE,
    });
    let sampler = nodes.add("KSampler", "Sampler: lower denoise keeps more of the start", sampler);
    let decoded = json!({ "samples": output(&sampler, 0), "vae": output(&checkpoint, 2) });
    let decoded = nodes.add("VAEDecode", "Picture", decoded);
    nodes.add("SaveImage", "Save", json!({ "images": output(&decoded, 0), "filename_prefix": name }));
    nodes.0
}
