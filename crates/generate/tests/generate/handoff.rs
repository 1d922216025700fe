//! Exports for image generators and for programs that edit layers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::scene::{SIDE, picture, scene, vocab};
use image::{GrayImage, RgbImage};
use scenewright_formats::label_map::{ClassTable, class_of};
use scenewright_generate::export::*;
use serde_json::Value;

fn folder(format: ExportFormat, scale: u32) -> BTreeMap<String, Vec<u8>> {
    let options = ExportOptions { scale, ..ExportOptions::default() };
    match export(&picture(), &scene(), &vocab(), format, &options, "my sheep.png").unwrap() {
        Exported::Folder(files) => files.into_iter().collect(),
        Exported::File(_) => panic!("{format:?} is a folder"),
    }
}

fn text(format: ExportFormat) -> String {
    match export(&picture(), &scene(), &vocab(), format, &ExportOptions::default(), "my sheep.png").unwrap() {
        Exported::File(bytes) => String::from_utf8(bytes).unwrap(),
        Exported::Folder(_) => panic!("{format:?} is a file"),
    }
}

/// What an input of a node takes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Input {
    /// The output of another node, of this type.
    Link(&'static str),
    Text,
    /// A file that lies beside the workflow.
    File,
    Whole(u64, u64),
    Number(f64, f64),
    OneOf(&'static [&'static str]),
}

/// Inputs by name, and the types of the outputs.
type NodeType = (Vec<(&'static str, Input)>, Vec<&'static str>);

/// ComfyUI's core nodes that a workflow may use (ComfyUI: nodes.py).
fn node_types() -> HashMap<&'static str, NodeType> {
    use Input::*;
    const SAMPLERS: &[&str] = &["euler", "euler_ancestral", "heun", "dpm_2", "lms", "dpmpp_2m", "dpmpp_sde", "ddim"];
    const SCHEDULERS: &[&str] = &["normal", "karras", "exponential", "simple", "ddim_uniform"];
    HashMap::from([
        ("CheckpointLoaderSimple", (vec![("ckpt_name", Text)], vec!["MODEL", "CLIP", "VAE"])),
        ("CLIPTextEncode", (vec![("text", Text), ("clip", Link("CLIP"))], vec!["CONDITIONING"])),
        (
            "LoadImageMask",
            (vec![("image", File), ("channel", OneOf(&["alpha", "red", "green", "blue"]))], vec!["MASK"]),
        ),
        (
            "ConditioningSetMask",
            (
                vec![
                    ("conditioning", Link("CONDITIONING")),
                    ("mask", Link("MASK")),
                    ("strength", Number(0.0, 10.0)),
                    ("set_cond_area", OneOf(&["default", "mask bounds"])),
                ],
                vec!["CONDITIONING"],
            ),
        ),
        (
            "ConditioningCombine",
            (
                vec![("conditioning_1", Link("CONDITIONING")), ("conditioning_2", Link("CONDITIONING"))],
                vec!["CONDITIONING"],
            ),
        ),
        ("LoadImage", (vec![("image", File)], vec!["IMAGE", "MASK"])),
        ("VAEEncode", (vec![("pixels", Link("IMAGE")), ("vae", Link("VAE"))], vec!["LATENT"])),
        (
            "KSampler",
            (
                vec![
                    ("model", Link("MODEL")),
                    ("positive", Link("CONDITIONING")),
                    ("negative", Link("CONDITIONING")),
                    ("latent_image", Link("LATENT")),
                    ("seed", Whole(0, (1 << 53) - 1)),
                    ("steps", Whole(1, 10_000)),
                    ("cfg", Number(0.0, 100.0)),
                    ("sampler_name", OneOf(SAMPLERS)),
                    ("scheduler", OneOf(SCHEDULERS)),
                    ("denoise", Number(0.0, 1.0)),
                ],
                vec!["LATENT"],
            ),
        ),
        ("VAEDecode", (vec![("samples", Link("LATENT")), ("vae", Link("VAE"))], vec!["IMAGE"])),
        ("SaveImage", (vec![("images", Link("IMAGE")), ("filename_prefix", Text)], vec![])),
    ])
}

/// Walks a workflow as ComfyUI does before it runs it: every node is known and has all of its inputs and no others, every link goes to an output of the right
/// type, every file is there, nothing runs in a circle, and everything is used by the node that saves.
fn check_workflow(workflow: &Value, files: &BTreeMap<String, Vec<u8>>) {
    let types = node_types();
    let nodes = workflow.as_object().unwrap();
    let (mut links, mut used_files) = (HashMap::<&str, Vec<&str>>::new(), BTreeSet::new());
    for (id, node) in nodes {
        let class = node["class_type"].as_str().unwrap();
        let (inputs, _) = types.get(class).unwrap_or_else(|| panic!("{class} is no core node"));
        let found: BTreeSet<&str> = node["inputs"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(found, inputs.iter().map(|(name, _)| *name).collect(), "{id} {class}");
        for (name, input) in inputs {
            let value = &node["inputs"][name];
            match *input {
                Input::Link(wanted) => {
                    let [from, output] = value.as_array().unwrap().as_slice() else { panic!("{id} {name}: {value}") };
                    let from = from.as_str().unwrap();
                    let (_, outputs) = &types[nodes[from]["class_type"].as_str().unwrap()];
                    assert_eq!(outputs[output.as_u64().unwrap() as usize], wanted, "{id} {class} {name}");
                    links.entry(id).or_default().push(from);
                }
                Input::Text => assert!(!value.as_str().unwrap().trim().is_empty(), "{id} {class} {name}"),
                Input::File => {
                    let file = value.as_str().unwrap();
                    assert!(files.contains_key(file), "{file} is missing");
                    used_files.insert(file);
                }
                Input::Whole(least, most) => {
                    assert!((least..=most).contains(&value.as_u64().unwrap()), "{id} {name}: {value}");
                }
                Input::Number(least, most) => {
                    assert!((least..=most).contains(&value.as_f64().unwrap()), "{id} {name}: {value}");
                }
                Input::OneOf(words) => assert!(words.contains(&value.as_str().unwrap()), "{id} {name}: {value}"),
            }
        }
    }
    // From the node that saves, backwards: all are reached, and none on the way to itself.
    fn visit<'a>(
        id: &'a str,
        links: &HashMap<&'a str, Vec<&'a str>>,
        path: &mut Vec<&'a str>,
        seen: &mut BTreeSet<&'a str>,
    ) {
        assert!(!path.contains(&id), "a circle at {id}");
        if !seen.insert(id) {
            return;
        }
        path.push(id);
        links.get(id).into_iter().flatten().for_each(|from| visit(from, links, path, seen));
        path.pop();
    }
    let save = nodes.iter().find(|(_, node)| node["class_type"] == "SaveImage").unwrap().0;
    let mut seen = BTreeSet::new();
    visit(save, &links, &mut Vec::new(), &mut seen);
    assert_eq!(seen.len(), nodes.len(), "nodes that nothing uses");
    let pictures: BTreeSet<&str> = files.keys().map(String::as_str).filter(|name| name.ends_with(".png")).collect();
    assert_eq!(used_files, pictures, "pictures that no node loads");
}

#[test]
fn a_comfyui_workflow_runs_with_core_nodes() {
    let files = folder(ExportFormat::ComfyUi, 1);
    let workflow: Value = serde_json::from_slice(&files["workflow.json"]).unwrap();
    check_workflow(&workflow, &files);
    let all = |class: &str| -> Vec<Value> {
        let nodes = workflow.as_object().unwrap().values();
        nodes.filter(|node| node["class_type"] == class).map(|node| node["inputs"].clone()).collect()
    };
    let sampler = &all("KSampler")[0];
    assert_eq!((sampler["denoise"].as_f64(), sampler["seed"].as_u64()), (Some(0.75), Some(9)));
    // Sky, grass, sheep and tree; the boat is not in the picture.
    assert_eq!((all("ConditioningSetMask").len(), all("LoadImageMask").len()), (4, 4));
    let texts: Vec<String> =
        all("CLIPTextEncode").iter().map(|node| node["text"].as_str().unwrap().to_owned()).collect();
    assert!(
        texts.iter().any(|text| text == "the sky") && texts.iter().any(|text| text.starts_with("a sheep named Dolly"))
    );
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".png")) {
        assert!(name.starts_with("my-sheep-"), "{name}");
        let image = image::load_from_memory(bytes).unwrap();
        assert_eq!((image.width(), image.height()), (512, 512), "{name}");
    }
    // The sheep stands before the grass: where it is, the grass is not.
    let mask = |word: &str| -> GrayImage {
        let (_, bytes) = files.iter().find(|(name, _)| name.ends_with(word)).unwrap();
        image::load_from_memory(bytes).unwrap().into_luma8()
    };
    let (sheep, grass) = (mask("Dolly-------.png"), mask("grass.png"));
    let middle_of_the_sheep = (512 * 5 / 16, 512 * 10 / 16);
    assert_eq!(sheep.get_pixel(middle_of_the_sheep.0, middle_of_the_sheep.1).0, [255]);
    assert_eq!(grass.get_pixel(middle_of_the_sheep.0, middle_of_the_sheep.1).0, [0]);
}

#[test]
fn an_ideogram_prompt_has_its_keys_in_order_and_its_boxes_in_thousandths() {
    let text = text(ExportFormat::Ideogram);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(text, value.to_string(), "compact");
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&value), ["high_level_description", "style_description", "compositional_deconstruction"]);
    let style = &value["style_description"];
    assert_eq!(keys(style), ["aesthetics", "lighting", "art_style", "medium", "color_palette"]);
    let composition = &value["compositional_deconstruction"];
    assert_eq!(keys(composition), ["background", "elements"]);
    let check_colors = |colors: &Value, most: usize| {
        let colors = colors.as_array().unwrap();
        assert!(!colors.is_empty() && colors.len() <= most, "{colors:?}");
        for color in colors {
            let hex = color.as_str().unwrap().strip_prefix('#').unwrap();
            assert!(hex.len() == 6 && hex.chars().all(|c| c.is_ascii_digit() || ('A'..='F').contains(&c)), "{hex}");
        }
    };
    check_colors(&style["color_palette"], 16);
    let elements = composition["elements"].as_array().unwrap();
    // The sheep and the tree: sky and grass are the background, the boat is outside.
    assert_eq!(elements.len(), 2);
    for element in elements {
        assert_eq!(keys(element), ["type", "bbox", "desc", "color_palette"]);
        assert_eq!(element["type"], "obj");
        check_colors(&element["color_palette"], 5);
        let bbox: Vec<u64> = element["bbox"].as_array().unwrap().iter().map(|side| side.as_u64().unwrap()).collect();
        assert!(bbox[0] < bbox[2] && bbox[1] < bbox[3] && bbox.iter().all(|side| *side <= 1000), "{bbox:?}");
    }
    let sheep = elements.iter().find(|element| element["desc"].as_str().unwrap().contains("Dolly")).unwrap();
    assert_eq!(sheep["bbox"], serde_json::json!([250, 250, 750, 750]));
    let tree = elements.iter().find(|element| element["desc"] == "a tree").unwrap();
    assert_eq!(tree["bbox"], serde_json::json!([0, 750, 250, 1000]), "an inverted box is put in order");
    assert!(composition["background"].as_str().unwrap().contains("grass"));
}

#[test]
fn control_maps_are_of_one_size_and_agree() {
    let files = folder(ExportFormat::ControlMaps, 1);
    let image = |name: &str| image::load_from_memory(&files[name]).unwrap();
    for name in files.keys().filter(|name| name.ends_with(".png")) {
        assert_eq!((image(name).width(), image(name).height()), (512, 512), "{name}");
    }
    let at = |x: u32, y: u32| (512 * (2 * x + 1) / 32, 512 * (2 * y + 1) / 32);
    for table in [ClassTable::Ade20k, ClassTable::CocoStuff] {
        let map: RgbImage = image(&format!("segmentation-{}.png", table.word())).into_rgb8();
        for (x, y, name) in [(0, 1, "sky-other"), (0, 15, "grass"), (5, 5, "sheep"), (14, 1, "tree")] {
            let (class, color) = class_of(table, name, &vocab()).unwrap();
            let (x, y) = at(x, y);
            assert_eq!(map.get_pixel(x, y).0, color, "{table} {class}");
        }
        let known: BTreeSet<[u8; 3]> = table.classes().into_iter().map(|(_, color)| color).collect();
        assert!(map.pixels().all(|pixel| known.contains(&pixel.0)), "{table}");
    }
    let depth = image("depth.png").into_luma8();
    let near = |x: u32, y: u32| {
        let (x, y) = at(x, y);
        depth.get_pixel(x, y).0[0]
    };
    assert_eq!(near(0, 0), 0, "the sky is farthest");
    assert!(near(0, 9) < near(0, 12) && near(0, 12) < near(0, 15), "the ground comes nearer");
    // The sheep stands where its foot is: as near as the ground there, nearer than that which it hides.
    assert!(near(5, 5) >= near(0, 11) && near(5, 9) == near(5, 5));
    let lines = image("lineart.png").into_luma8();
    let white = lines.pixels().filter(|pixel| pixel.0[0] == 255).count();
    assert!(white > 200 && white < 512 * 512 / 8, "{white}");
    let (x, y) = at(0, 3);
    assert_eq!(lines.get_pixel(x, y).0, [0]);

    let legend: Vec<Value> = serde_json::from_slice(&files["legend.json"]).unwrap();
    assert_eq!(legend.len(), 5);
    let mut sum = vec![0_u32; 512 * 512];
    for object in &legend {
        let mask = image(object["mask"].as_str().unwrap()).into_luma8();
        sum.iter_mut().zip(mask.pixels()).for_each(|(sum, pixel)| *sum += u32::from(pixel.0[0]));
    }
    assert!(sum.iter().all(|sum| *sum <= 258), "a pixel belongs to one object");
    assert_eq!(String::from_utf8(files["prompt.txt"].clone()).unwrap(), text(ExportFormat::Prompt));
}

/// Opened by the `psd` crate, which is not ours.
#[test]
fn a_psd_has_named_layers_in_groups_that_look_like_the_picture() {
    for scale in [1, 3] {
        let bytes = psd(&picture(), &scene(), &vocab(), scale, Scaling::Crisp).unwrap();
        let read = psd::Psd::from_bytes(&bytes).unwrap();
        let side = SIDE as u32 * scale;
        assert_eq!((read.width(), read.height()), (side, side));
        let layers: Vec<&str> = read.layers().iter().map(|layer| layer.name()).collect();
        // From the top: the reader turns the file's order around.
        let mut sorted = layers.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["Dolly <\"&> \\", "Picture", "boat", "grass", "sky-other", "tree"]);
        let group = |name: &str| {
            let layer = read.layers().iter().find(|layer| layer.name() == name).unwrap();
            layer.parent_id().map(|id| read.groups()[&id].name().to_owned())
        };
        assert_eq!(group("tree").as_deref(), Some("Things"));
        assert_eq!(group("grass").as_deref(), Some("Background"));
        assert_eq!(group("Picture"), None);
        // The picture as a whole.
        let whole: Vec<u8> = read.rgba().chunks(4).flat_map(|pixel| pixel[..3].to_vec()).collect();
        assert_eq!(whole, enlarged(&picture(), scale, Scaling::Crisp).unwrap().into_raw());
        // The lowest layer is the picture, too.
        let lowest = read.layers().iter().find(|layer| layer.name() == "Picture").unwrap();
        assert_eq!(lowest.rgba(), read.rgba());
    }
}

/// The record of a layer, read by hand: where its mask lies, and whether its name is there in Unicode.
#[test]
fn layers_of_a_psd_have_user_masks_and_names_in_unicode() {
    let mut scene = scene();
    let id = scene.nodes()[2].id;
    scene.apply(&scenewright_scene::Edit::SetLabel { node: id, label: Some("Dölly 羊".into()) }).unwrap();
    let bytes = psd(&picture(), &scene, &vocab(), 1, Scaling::Smooth).unwrap();
    let name: Vec<u8> = "Dölly 羊".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    assert_eq!(&bytes[at - 12..at - 8], b"luni");
    let read = psd::Psd::from_bytes(&bytes).unwrap();
    assert!(read.layers().iter().any(|layer| layer.name() == "Dölly 羊"));
    // Channel -2 with a mask of the layer's own rectangle.
    let masks = bytes.windows(2).filter(|pair| *pair == (-2_i16).to_be_bytes()).count();
    assert!(masks >= 5, "{masks}");
}

#[test]
fn two_alike_have_names_of_their_own() {
    let mut picture = picture();
    let mut scene = scene();
    scene.apply(&scenewright_scene::Edit::add("tree")).unwrap();
    let tree = scene.nodes().last().unwrap().id;
    let second = scenewright_generate::Placed { node: Some(tree), ..picture.objects[3].clone() };
    picture.objects.insert(5, second);
    let bytes = psd(&picture, &scene, &vocab(), 1, Scaling::Smooth).unwrap();
    let read = psd::Psd::from_bytes(&bytes).unwrap();
    let names: BTreeSet<&str> = read.layers().iter().map(|layer| layer.name()).collect();
    assert!(names.contains("tree") && names.contains("tree 2"), "{names:?}");
}
