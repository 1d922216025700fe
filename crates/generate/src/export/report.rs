//! The report of a picture, as JSON.

use serde_json::{Value, json};

use crate::Picture;
use scenewright_scene::Scene;
use scenewright_scene::relation::{RelationStatus, judge_scene};

/// Objects with their boxes, relations with whether the layout meets them, seed, model, times.
pub fn report(picture: &Picture, scene: &Scene, model: &str, device: &str) -> Value {
    let objects = picture.objects.iter().filter_map(|placed| {
        let node = scene.node(placed.node?)?;
        let b = placed.bounds;
        let mut object = json!({ "name": node.name, "box": [b.x0, b.y0, b.x1, b.y1] });
        if let Some(label) = &node.label {
            object["label"] = json!(label);
        }
        if placed.pinned {
            object["pinned"] = json!(true);
        }
        Some(object)
    });
    let relations = judge_scene(scene, |node| picture.box_of(node)).into_iter().filter_map(|(id, status)| {
        let relation = scene.relation(id)?;
        Some(json!({
            "subject": scene.node_index(relation.subject)?,
            "predicate": relation.predicate,
            "object": scene.node_index(relation.object)?,
            "layout": match status {
                RelationStatus::Met => "met",
                RelationStatus::Broken => "broken",
                RelationStatus::Unknown => "unknown",
            },
        }))
    });
    let millis = |duration: std::time::Duration| (duration.as_secs_f64() * 1e5).round() / 1e2;
    let times = &picture.timings;
    json!({
        "objects": objects.collect::<Vec<_>>(),
        "relations": relations.collect::<Vec<_>>(),
        "seed": picture.seed,
        "model": model,
        "device": device,
        "image_size": [picture.height, picture.width],
        "millis": {
            "encode": millis(times.encode),
            "noise": millis(times.noise),
            "network": millis(times.network),
            "finish": millis(times.finish),
            "total": millis(times.total()),
        },
    })
}
