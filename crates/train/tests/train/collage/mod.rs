//! The collage network: it learns, it draws, an edit changes what it should and nothing else, and nothing that is asked of it ends it.

mod appearance_match;
mod drawing;
mod folder;
mod record;
mod training;
mod user_sprites;
mod world;
