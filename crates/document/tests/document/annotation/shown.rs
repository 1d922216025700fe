//! Folders of other tools, as Annotate shows them.

use super::fixture::open;
use super::other_tools::ODD_FOLDERS;
use scenewright_document::annotation::Page;

#[test]
fn folders_of_other_tools_are_shown_as_they_were_meant() {
    for odd in ODD_FOLDERS {
        let dir = tempfile::tempdir().unwrap();
        odd.write(dir.path());
        let (_, all, faults) = open(dir.path());
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        // What has no box is listed, to be drawn.
        let objects = |page: &Page| page.scene().nodes().iter().filter(|node| node.pinned.is_some()).count();
        let shown: Vec<&Page> = all.pages().iter().filter(|page| objects(page) > 0).collect();
        let found = (
            shown.len(),
            shown.iter().map(|page| objects(page)).sum::<usize>(),
            shown.iter().map(|page| page.scene().relations().len()).sum::<usize>(),
        );
        assert_eq!(found, odd.expected, "{}: {told:?}", odd.name);
        // A picture without objects is shown, and nothing is wrong with that.
        let is_said = odd.said.contains("nothing is marked") || told.iter().any(|what| what.contains(odd.said));
        assert!(is_said, "{}: {told:?}", odd.name);
    }
}
