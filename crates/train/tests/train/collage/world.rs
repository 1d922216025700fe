//! A small untrained collage model, and scenes for it.

use std::path::{Path, PathBuf};

use scenewright_eval::untrained;
use scenewright_generate::{Generator, LookSource, Picture, Request};
use scenewright_model::checkpoint::ModelConfig;
use scenewright_model::collage::CollageConfig;
use scenewright_nn::device::DeviceChoice;
use scenewright_scene::vocab::looks::{Looks, Slot, Variant};
use scenewright_scene::vocab::{ObjectLooks, Vocabulary};
use scenewright_scene::{Edit, Node, NodeDraft, NodeId, Scene, UnitBox};
use tempfile::TempDir;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub fn looks() -> Looks {
    let slot = |name: &str| Slot { name: name.into(), words: words(&["red", "blue", "white"]) };
    let variant =
        |name: &str, row, slots: &[usize]| Variant { name: name.into(), row, aspect: 1.5, slots: slots.into() };
    let stuff = || ObjectLooks { stuff: true, ..Default::default() };
    let sheep = ObjectLooks {
        mirror: true,
        rests: true,
        slots: vec![slot("wool"), slot("face")],
        variants: vec![variant("grazing", 1, &[0, 1]), variant("standing", 2, &[0, 1])],
        ..Default::default()
    };
    let tree = ObjectLooks { rests: true, variants: vec![variant("oak", 3, &[])], ..Default::default() };
    let ocean = ObjectLooks { water: true, ..stuff() };
    let boat = ObjectLooks { floats: true, variants: vec![variant("rowing", 4, &[])], ..Default::default() };
    let colors = [("red", "#d8453c"), ("blue", "#4a86d8"), ("white", "#f7f5f0")];
    Looks {
        colors: colors.map(|(word, hex)| (word.to_owned(), hex.to_owned())).to_vec(),
        hours: words(&["morning", "day", "evening", "night"]),
        weathers: words(&["clear", "cloudy", "foggy", "snowy"]),
        objects: [
            ("sky", stuff()),
            ("grass", stuff()),
            ("ocean", ocean),
            ("sheep", sheep),
            ("tree", tree),
            ("boat", boat),
        ]
        .map(|(name, looks)| (name.to_owned(), looks))
        .into(),
    }
}

pub fn vocab() -> Vocabulary {
    Vocabulary::illustrated().with_looks(looks())
}

pub fn write(folder: &Path) -> PathBuf {
    let path = folder.join("model");
    untrained::write(&path, &ModelConfig::Collage(CollageConfig::tiny()), &vocab().to_sg2im(), 3).unwrap();
    path
}

pub fn generator() -> Generator {
    let folder = TempDir::new().unwrap();
    Generator::open(&write(folder.path()), DeviceChoice::Cpu).unwrap()
}

/// A scene that is drawn as it is: nothing is added to it.
pub fn scene(names: &[&str]) -> Scene {
    let mut scene = Scene::new();
    scene.apply(&Edit::SetCompletion { is_on: false }).unwrap();
    for name in names {
        scene.apply(&Edit::add(*name)).unwrap();
    }
    scene
}

pub fn add(scene: &mut Scene, draft: NodeDraft) -> NodeId {
    scene.apply(&Edit::AddNode { node: Box::new(draft) }).unwrap();
    scene.nodes().last().map(|node: &Node| node.id).unwrap()
}

/// Boxes of a picture, to be kept in the next.
pub fn boxes(picture: &Picture) -> Vec<(NodeId, UnitBox)> {
    picture.objects.iter().filter_map(|placed| Some((placed.node?, placed.bounds))).collect()
}

/// As the decoder draws it.
pub fn draw(generator: &Generator, scene: &Scene, kept: Vec<(NodeId, UnitBox)>) -> Picture {
    generator.render(scene, &Request { kept, looks: LookSource::Decoder, ..Default::default() }).unwrap()
}

/// Pixels that differ, by their middles.
pub fn changed(a: &Picture, b: &Picture) -> Vec<[f32; 2]> {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let pairs = a.rgb.chunks_exact(3).zip(b.rgb.chunks_exact(3)).enumerate();
    let place = |i: usize| [(i % a.width) as f32 + 0.5, (i / a.width) as f32 + 0.5];
    pairs.filter(|(_, (a, b))| a != b).map(|(i, _)| place(i)).collect()
}
