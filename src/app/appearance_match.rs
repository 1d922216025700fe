//! "Match a picture": the worker finds appearance words, and the object gets them in one history step.

use std::path::PathBuf;

use super::Editor;
use super::notices::{Level, NoticeSource};
use crate::engine::{Failure, MatchRequest};
use scenewright_scene::vocab::looks::LookMeaning;
use scenewright_scene::{Edit, NodeId};

impl Editor {
    /// Starts the search for words that describe the appearance in a picture; the result arrives in a later frame.
    pub fn match_appearance(&mut self, node: NodeId, picture: PathBuf) {
        let Some(name) = self.state.scene().node(node).map(|node| node.name.clone()) else { return };
        self.notices.clear(NoticeSource::AppearanceMatch);
        self.live.match_appearance(MatchRequest { node, name, picture });
    }

    /// Applies the words. If the object was deleted or renamed meanwhile, nothing changes.
    pub(super) fn appearance_matched(&mut self, request: MatchRequest, words: Result<Vec<String>, Failure>) {
        let Some(node) = self.state.scene().node(request.node).filter(|node| node.name == request.name) else { return };
        let words = match words {
            Ok(words) => words,
            Err(failure) => {
                let text = format!("The appearance of {} was not changed: {failure}", node.title());
                return self.notices.put(NoticeSource::AppearanceMatch, Level::Error, text);
            }
        };
        let Some(model) = &self.live.model else { return };
        let own = model.vocab.looks_of_name(&node.name);
        let read = |word: &str| model.vocab.looks().and_then(|looks| looks.read(own, word));
        let stays = |word: &&String| {
            !matches!(
                read(word),
                Some(LookMeaning::Variant(_) | LookMeaning::Color { .. } | LookMeaning::Facing { .. })
            )
        };
        let attributes: Vec<String> = node.attributes.iter().filter(stays).cloned().chain(words).collect();
        let picture = request.picture.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let label = format!("{} looks like {picture}", node.title());
        if attributes != node.attributes {
            let node = node.id;
            self.edit(&label, vec![Edit::SetAttributes { node, attributes }]);
        }
    }
}
