//! Folders of other tools, as Annotate shows them.

use super::fixture::open;
use super::other_tools::ODD_FOLDERS;
use scenewright_document::annotation::Page;

#[test]
fn folders_of_other_tools_are_shown_as_they_were_meant() {
    for odd in ODD_FOLDERS {
        let dir = tempfile::tempdir().unwrap();
        odd.write(dir.path());
        let (_, all, issues) = open(dir.path());
        let reported: Vec<String> = issues.iter().map(ToString::to_string).collect();
        // What has no box is listed, to be drawn.
        let objects = |page: &Page| page.scene().nodes().iter().filter(|node| node.pinned.is_some()).count();
        let shown: Vec<&Page> = all.pages().iter().filter(|page| objects(page) > 0).collect();
        let found = (
            shown.len(),
            shown.iter().map(|page| objects(page)).sum::<usize>(),
            shown.iter().map(|page| page.scene().relations().len()).sum::<usize>(),
        );
        assert_eq!(found, odd.expected, "{}: {reported:?}", odd.name);
        // A picture without objects is shown, and nothing is wrong with that.
        let is_said = odd.said.contains("nothing is marked") || reported.iter().any(|what| what.contains(odd.said));
        assert!(is_said, "{}: {reported:?}", odd.name);
    }
}

/// A part of Visual Genome: what is given twice is one, as training reads it.
#[test]
fn an_object_of_visual_genome_that_is_given_twice_is_one() {
    let dir = tempfile::tempdir().unwrap();
    super::fixture::save(dir.path(), "1.jpg", 60, 40);
    let write =
        |name: &str, value: serde_json::Value| std::fs::write(dir.path().join(name), value.to_string()).unwrap();
    let sheep = serde_json::json!({"object_id": 11, "names": ["sheep"], "x": 5, "y": 5, "w": 20, "h": 20});
    let grass = serde_json::json!({"object_id": 12, "names": ["grass"], "x": 0, "y": 20, "w": 60, "h": 20});
    write("image_data.json", serde_json::json!([{"image_id": 1, "width": 60, "height": 40}]));
    write("objects.json", serde_json::json!([{"image_id": 1, "objects": [sheep, grass, sheep]}]));
    let on = serde_json::json!({"predicate": "ON", "subject_id": 11, "object_id": 12});
    write("relationships.json", serde_json::json!([{"image_id": 1, "relationships": [on]}]));
    let (_, all, issues) = open(dir.path());
    let scene = all.pages()[0].scene();
    assert_eq!((scene.nodes().len(), scene.relations().len()), (2, 1));
    assert!(issues.iter().any(|issue| issue.to_string().contains("given twice")), "{issues:?}");
}
