//! Titles that tell objects of the same name apart: "sheep 1", "sheep 2".

use std::collections::HashMap;

use scenewright_scene::{NodeId, Scene};

/// The title of an object, with a number if others have the same: by age, so that a number stays while objects are added.
pub(crate) fn distinct_title(scene: &Scene, node: NodeId) -> String {
    let Some(own) = scene.node(node) else { return "?".to_owned() };
    let mut alike: Vec<NodeId> =
        scene.nodes().iter().filter(|other| other.title() == own.title()).map(|other| other.id).collect();
    if alike.len() < 2 {
        return own.title().to_owned();
    }
    alike.sort_unstable();
    let number = alike.iter().position(|id| *id == node).map_or(0, |at| at + 1);
    format!("{} {number}", own.title())
}

/// As [`distinct_title`], of all objects at once.
pub(crate) fn distinct_titles(scene: &Scene) -> HashMap<NodeId, String> {
    let mut alike: HashMap<&str, Vec<NodeId>> = HashMap::new();
    scene.nodes().iter().for_each(|node| alike.entry(node.title()).or_default().push(node.id));
    let mut titles = HashMap::with_capacity(scene.nodes().len());
    for (title, mut ids) in alike {
        ids.sort_unstable();
        let is_alone = ids.len() == 1;
        for (at, id) in ids.into_iter().enumerate() {
            titles.insert(id, if is_alone { title.to_owned() } else { format!("{title} {}", at + 1) });
        }
    }
    titles
}

#[cfg(test)]
mod tests {
    use super::*;
    use scenewright_scene::Edit;

    #[test]
    fn only_equal_titles_have_numbers() {
        let mut scene = Scene::new();
        scene.apply_all(&[Edit::add("sheep"), Edit::add("tree"), Edit::add("sheep")]).unwrap();
        let titles: Vec<String> = scene.nodes().iter().map(|node| distinct_title(&scene, node.id)).collect();
        assert_eq!(titles, ["sheep 1", "tree", "sheep 2"]);
        let all = distinct_titles(&scene);
        assert!(scene.nodes().iter().zip(titles).all(|(node, title)| all[&node.id] == title));
    }
}
